"""What pip is configured to use: the package indexes and the certificates."""

import ast
import os
import subprocess
import sys
from dataclasses import dataclass
from importlib.util import find_spec

PYPI = "https://pypi.org/simple"
# In pip's own order: a later section overrides an earlier one.
SECTIONS = ("global", "download", ":env:")


@dataclass(frozen=True)
class PipConfig:
    """Index URLs, first asked first, and a PEM file of certificate authorities."""

    indexes: tuple[str, ...]
    ca_file: str | None


def read() -> PipConfig:
    """Read pip's files and environment the way `pip download` would."""
    settings = _from_pip() if find_spec("pip") else _from_environment()
    index = settings.get("index-url", PYPI)
    extra = settings.get("extra-index-url", "").split()
    ca_file = settings.get("cert") or os.environ.get("REQUESTS_CA_BUNDLE")
    # pip also reads indexes that are folders; a download of ours needs a server.
    served = [url for url in (index, *extra) if not url.startswith("file:")]
    return PipConfig(tuple(served), ca_file)


def _from_pip() -> dict[str, str]:
    """Ask pip itself, which knows where its files lie on every system."""
    command = [sys.executable, "-m", "pip", "config", "list"]
    listing = subprocess.run(command, capture_output=True, text=True, check=True).stdout  # noqa: S603
    return parse(listing)


def parse(listing: str) -> dict[str, str]:
    """Read the output of `pip config list`: a line `section.name='value'` a setting."""
    settings: dict[str, str] = {}
    pairs = [line.split("=", 1) for line in listing.splitlines() if "=" in line]
    for section in SECTIONS:
        prefix = section + "."
        for key, value in pairs:
            if key.startswith(prefix):
                settings[key.removeprefix(prefix)] = ast.literal_eval(value)
    return settings


def _from_environment() -> dict[str, str]:
    """Read `PIP_INDEX_URL` and its like, where pip itself is not installed."""
    return {
        name.removeprefix("PIP_").replace("_", "-").lower(): value
        for name, value in os.environ.items()
        if name.startswith("PIP_")
    }
