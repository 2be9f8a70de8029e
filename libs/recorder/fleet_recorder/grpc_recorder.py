"""Recording what comes over gRPC: any method of any service, as messages that nobody here can decode.

Format: https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md
"""

import asyncio
from collections.abc import AsyncIterator, Iterable
from functools import partial
from pathlib import Path
from typing import Any, TypeAlias

import grpc

from fleet_recorder.notation import GRPC, noted
from fleet_recorder.recording import Answer, Asked, Fields
from fleet_recorder.redaction import masked_body, secrets_in
from fleet_recorder.session import Session, Turn
from fleet_recorder.tape import Tape
from fleet_recorder.testid import TEST_ID, asking_test
from fleet_runtime.errors import FleetError, InvalidArgument, Unavailable
from fleet_runtime.grpc_options import OPTIONS
from fleet_runtime.typed import NEVER, abort
from fleet_upstream.settings import Tls

Context: TypeAlias = grpc.aio.ServicerContext[bytes, bytes]
Method: TypeAlias = grpc.aio.StreamStreamMultiCallable[bytes, bytes]

STATUS, MESSAGE = "grpc-status", "grpc-message"
"""The trailers by which a call says how it ended."""

# In seconds. The longest that a call without a deadline of its own may take.
_TIMEOUT = 600.0
# In seconds: what open calls get to end when the recorder stops.
_GRACE = 0.5
# In bytes, of all messages that a caller sends in one call.
_MOST_ASKED = 64 * 2**20
# What belongs to a connection, or is ours to say.
_NOT_SENT_ON = ("user-agent", TEST_ID)
# Raised on this side of the connection, unless the server says more in its trailers.
_OWN = (
    grpc.StatusCode.UNAVAILABLE,
    grpc.StatusCode.DEADLINE_EXCEEDED,
    grpc.StatusCode.CANCELLED,
)
_OK = grpc.StatusCode.OK
_HTTP_OK = 200
_CODES = {code.value[0]: code for code in grpc.StatusCode}


class GrpcRecorder(grpc.GenericRpcHandler):
    """Stands before a gRPC server.

    A caller's messages are read to the last one before the first is answered, so a method in which both sides talk by
    turns cannot be recorded.

    Args:
        upstream: Where the server is, as `host:port` or `unix:/path`.
        session: Knows and keeps recordings.
        tls: How it proves who it is, if it is spoken to by TLS: a file of certificates to trust, or the usual ones.
        timing: Whether to replay streams at the pace at which they came.
    """

    def __init__(self, upstream: str, session: Session, tls: Tls | None, *, timing: bool) -> None:
        self._session = session
        self._timing = timing
        self._channel = _channel(upstream, tls)
        self._server = grpc.aio.server(options=OPTIONS)
        self._server.add_generic_rpc_handlers((self,))

    async def start(self, host: str, port: int) -> str:
        """Listen, and return the address.

        Raises:
            OSError: The port is taken.
        """
        try:
            bound = self._server.add_insecure_port(f"{host}:{port}")
        except RuntimeError as error:
            raise OSError(f"cannot listen on {host}:{port}") from error
        await self._server.start()
        return f"{host}:{bound}"

    async def aclose(self) -> None:
        """Let calls end that are about to, cancel the others, and hang up on the server."""
        await self._server.stop(_GRACE)
        await self._channel.close()

    def service(self, details: grpc.HandlerCallDetails) -> "grpc.RpcMethodHandler[bytes, bytes]":
        """Return what answers a method, whatever it is: on the wire all are streams both ways."""
        return grpc.stream_stream_rpc_method_handler(partial(self._answer, details.method))

    async def _answer(self, method: str, messages: AsyncIterator[bytes], context: Context) -> None:
        metadata = list(context.invocation_metadata() or ())
        try:
            sent = await _all(messages)
            secrets = secrets_in(metadata)
            test = asking_test(dict(metadata), self._session.test)
            turn = await self._session.turn(_asked(method, sent, secrets, test))
            if turn.answer:
                trailers = await self._replay(turn.answer, context)
            else:
                trailers = await self._pass_on(sent, metadata, turn, Tape(secrets), context)
        except FleetError as error:
            await abort(error, context)
        else:
            await _end(trailers, context)

    async def _replay(self, answer: Answer, context: Context) -> Fields:
        await context.send_initial_metadata(tuple(answer.headers))
        for piece in answer.pieces:
            if self._timing:
                await asyncio.sleep(piece.ms / 1000)
            await context.write(piece.data)
        if not answer.complete:
            raise Unavailable("The recorded answer breaks off here.", code="recording_broke_off")
        return answer.trailers

    async def _pass_on(
        self, sent: list[bytes], metadata: Fields, turn: Turn, tape: Tape, context: Context
    ) -> Fields:
        """Ask the server, pass its answer on as it comes, and return what ends it."""
        method: Method = self._channel.stream_stream(turn.asked.path)
        call = method(
            iter(sent),
            timeout=_seconds_left(context),
            metadata=[entry for entry in metadata if entry[0] not in _NOT_SENT_ON],
        )
        try:
            head = tuple(await call.initial_metadata() or ())
            tape.begin(_HTTP_OK, head)
            await context.send_initial_metadata(head)
            async for data in call:
                tape.add(data)
                await context.write(data)
            trailers = _trailers(_OK, "", await call.trailing_metadata())
            tape.end(trailers)
        except grpc.aio.AioRpcError as error:
            trailers = _trailers(error.code(), error.details(), error.trailing_metadata())
            if error.code() not in _OWN or error.trailing_metadata():
                tape.end(trailers)
        finally:
            call.cancel()
            await self._session.keep(turn, tape)
        return trailers


def _channel(upstream: str, tls: Tls | None) -> grpc.aio.Channel:
    if tls is None:
        return grpc.aio.insecure_channel(upstream, options=OPTIONS)
    trusted = tls.verify.read_bytes() if isinstance(tls.verify, Path) else None
    credentials = grpc.ssl_channel_credentials(trusted)
    return grpc.aio.secure_channel(upstream, credentials, options=OPTIONS)


async def _all(messages: AsyncIterator[bytes]) -> list[bytes]:
    """Return all messages of a caller."""
    sent, size = [], 0
    async for message in messages:
        sent.append(message)
        size += len(message)
        if size > _MOST_ASKED:
            raise InvalidArgument("The messages of this call are too long to be recorded.")
    return sent


def _asked(method: str, sent: list[bytes], secrets: tuple[bytes, ...], test: str) -> Asked:
    """Return what a call asks: its message, or its messages if there are several."""
    read = [_readable(message) for message in sent]
    body = read[0] if len(read) == 1 else read
    return Asked("RPC", method, masked_body(body, secrets), test)


def _readable(message: bytes) -> Any:
    """Return the fields of a message by their numbers; of one that cannot be read, its bytes."""
    note = noted(message, GRPC)
    return note.get("protobuf", note)


def _seconds_left(context: Context) -> float:
    left = context.time_remaining()
    # Without a deadline gRPC says either nothing, or a time of many thousand years.
    return _TIMEOUT if left is None or left > NEVER else left


def _trailers(code: grpc.StatusCode, message: str | None, metadata: Iterable[Any] | None) -> Fields:
    """Return how a call ended, as the wire has it."""
    status: Fields = [(STATUS, str(code.value[0]))]
    if message:
        status.append((MESSAGE, message))
    return status + [(name, value) for name, value in metadata or ()]


async def _end(trailers: Fields, context: Context) -> None:
    """End a call as the server did."""
    metadata = tuple(entry for entry in trailers if entry[0] not in (STATUS, MESSAGE))
    said = dict(trailers)
    code = _CODES[int(said.get(STATUS, "0"))]
    if code is _OK:
        context.set_trailing_metadata(metadata)
    else:
        await context.abort(code, str(said.get(MESSAGE, "")), metadata)
