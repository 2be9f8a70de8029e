"""`python -m fleet_cli.secret_files FOLDER MODULE …`: become MODULE, with the files in FOLDER as environment variables.

Kubernetes mounts the keys of secrets as files of these names. As variables of the pod they would show wherever its
containers are inspected.
"""

import os
import sys
from collections.abc import Iterator
from pathlib import Path


def main() -> None:
    """Do it."""
    folder, *program = sys.argv[1:]
    environ = dict(variables(Path(folder))) | os.environ
    os.execve(sys.executable, [sys.executable, "-m", *program], environ)  # noqa: S606


def variables(folder: Path) -> Iterator[tuple[str, str]]:
    """Yield name and value of every secret in `folder`."""
    # By hidden ones Kubernetes replaces all others at once.
    for file in sorted(folder.iterdir()):
        if not file.name.startswith("."):
            yield file.name, file.read_text().rstrip("\n")


if __name__ == "__main__":
    main()
