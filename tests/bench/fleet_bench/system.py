"""What a system under test is."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple


class Site(NamedTuple):
    """Where a system is to run."""

    folder: Path
    """Its own, for its config, its state and its log."""
    port: int
    """Free, on loopback."""
    upstream: int
    """The port of the model server to stand in front of."""

    @property
    def upstream_url(self) -> str:
        """The base URL of the model server, as OpenAI clients want it."""
        return f"http://127.0.0.1:{self.upstream}/v1"


class Launch(NamedTuple):
    """How to start a system; its config is written already."""

    command: list[str]
    environment: Mapping[str, str]
    """Next to our own."""
    prefix: str
    """What precedes the upstream's model name in a request to it."""


class System(NamedTuple):
    """One way to reach a model."""

    name: str
    version: str
    install: Callable[[], None]
    """Makes ready what `launch` needs; costs nothing once it is there."""
    launch: Callable[[Site], Launch]


def installed() -> None:
    """Do nothing: the system is part of the environment that the benchmark runs in."""
