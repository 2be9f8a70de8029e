"""An environment for what stands on the tests' own packages, and is too large to be among them."""

import sysconfig
from pathlib import Path

from fleet_testing.venvs import pinned_venv


def layered_venv(folder: Path, requirements: Path) -> Path:
    """Return the `bin` folder of the environment at `folder`: what `requirements` pins, over all that tests have.

    Raises:
        subprocess.CalledProcessError: Something cannot be installed.
    """
    bin_folder = pinned_venv(folder, requirements)
    added = sysconfig.get_path("purelib", vars={"base": str(folder)})
    below = f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n"
    (Path(added) / "below.pth").write_text(below)
    return bin_folder
