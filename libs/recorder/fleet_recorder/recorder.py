"""Starting recorders."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from fleet_recorder.grpc_recorder import GrpcRecorder
from fleet_recorder.http_recorder import HttpRecorder
from fleet_recorder.mode import Mode
from fleet_recorder.session import Session, Tally
from fleet_upstream.settings import Network

LOOPBACK = "127.0.0.1"


class WrongUpstreamError(ValueError):
    """The address of a server cannot be recorded from; the text says what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Running:
    """A recorder that runs.

    Attributes:
        url: Where to send requests in place of the server: `http://host:port`, or `host:port` for gRPC.
        tally: What the requests came to so far.
    """

    url: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class Options:
    """How to record and replay.

    Attributes:
        mode: Where answers come from.
        test: Which test asks, where a request does not say so in `x-llama-test-id`.
        ignored: Names of fields of bodies that do not tell requests apart.
        timing: Whether to replay streams at the pace at which they came.
        network: The way to the server. Over gRPC only `tls.verify` counts, if it is a file.
    """

    mode: Mode = Mode.RECORD_IF_MISSING
    test: str = ""
    ignored: frozenset[str] = frozenset()
    timing: bool = False
    network: Network = field(default_factory=Network)


@asynccontextmanager
async def recorder(
    upstream: str, folder: Path, options: Options = Options(), port: int = 0
) -> AsyncGenerator[Running, None]:
    """Stand before a server on the loopback interface.

    Args:
        upstream: Where the server is: `http://…`, `https://…`; for gRPC `grpc://host:port`, `grpcs://host:port` with
            TLS, or `unix:/path`.
        folder: Where recordings are.
        options: How to record.
        port: The port to listen on; a free one if it is 0.

    Raises:
        WrongUpstreamError: `upstream` is no such address.
        OSError: The port is taken.
    """
    session = Session(folder, options.mode, options.test, options.ignored)
    face = _face(upstream, session, options)
    try:
        yield Running(await face.start(LOOPBACK, port), session.tally)
    finally:
        await face.aclose()
        await session.aclose()


def _face(upstream: str, session: Session, options: Options) -> HttpRecorder | GrpcRecorder:
    """Return what speaks the protocol of the server at `upstream`."""
    scheme, _, place = upstream.partition("://")
    if scheme in ("grpc", "grpcs") and place:
        tls = options.network.tls if scheme == "grpcs" else None
        return GrpcRecorder(place, session, tls, timing=options.timing)
    if upstream.startswith("unix:/"):
        return GrpcRecorder(upstream, session, None, timing=options.timing)
    try:
        return HttpRecorder(upstream, session, options.network, timing=options.timing)
    except ValueError as error:
        raise WrongUpstreamError(
            f"{upstream!r} is no server; write https://… or http://…, grpc://host:port (grpcs:// for TLS) or"
            " unix:/path for gRPC"
        ) from error
