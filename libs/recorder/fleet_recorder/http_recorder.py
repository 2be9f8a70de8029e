"""Recording what comes over HTTP: JSON, server-sent events, and any other bytes."""

import asyncio
import re
from dataclasses import replace

import msgspec

from fleet_recorder.http_asked import asked_over_http
from fleet_recorder.http_request import HttpRequest
from fleet_recorder.http_server import HttpServer, Responder
from fleet_recorder.recording import Answer
from fleet_recorder.redaction import secrets_in, tells
from fleet_recorder.session import Session, Turn
from fleet_recorder.tape import Tape
from fleet_recorder.testid import TEST_ID
from fleet_runtime.dialect import ANTHROPIC, GOOGLE, OPENAI
from fleet_runtime.errors import FleetError
from fleet_upstream.address import Address
from fleet_upstream.client import HttpClient
from fleet_upstream.settings import Network, UpstreamConfig

# What belongs to a connection (RFC 9110, section 7.6.1), and what is ours to say.
_OF_CONNECTIONS = frozenset(
    {"connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"}
)
_NOT_SENT_ON = _OF_CONNECTIONS | {"accept-encoding", "content-length", "expect", "host", TEST_ID}
# Whose errors look like whose: Anthropic's Messages API, and Google's Gemini API.
_DIALECTS = (
    (re.compile(r"/v1/messages\b"), ANTHROPIC),
    (re.compile(r":(?:stream)?[gG]enerateContent|:embedContent|/v1beta/"), GOOGLE),
)


class HttpRecorder:
    """Stands before an HTTP server.

    Args:
        upstream: Where the server is. What callers ask follows its path.
        session: Knows and keeps recordings.
        network: The way to the server.
        timing: Whether to replay streams at the pace at which they came.
    """

    def __init__(self, upstream: str, session: Session, network: Network, *, timing: bool) -> None:
        self._session = session
        self._timing = timing
        self._client = HttpClient(UpstreamConfig(base_url=upstream, network=network))
        self._server = HttpServer(self._answer)

    async def start(self, host: str, port: int) -> str:
        """Listen, and return the address. Raises `OSError` if the port is taken."""
        return f"http://{host}:{await self._server.start(host, port)}"

    async def aclose(self) -> None:
        """Hang up on callers, and on the server."""
        await self._server.aclose()
        await self._client.aclose()

    async def _answer(self, request: HttpRequest, responder: Responder) -> None:
        secrets = secrets_in(request.headers.items(), request.target.partition("?")[2])
        asked = asked_over_http(request, secrets, self._session.test)
        try:
            turn = await self._session.turn(asked)
            if turn.answer:
                await self._replay(turn.answer, responder)
            else:
                await self._pass_on(request, responder, turn, Tape(secrets))
        except FleetError as error:
            if responder.begun:
                responder.abort()
            else:
                await _refuse(error, request, responder)

    async def _replay(self, answer: Answer, responder: Responder) -> None:
        headers = [(name, value) for name, value in answer.headers if isinstance(value, str)]
        await responder.begin(answer.status, headers)
        for piece in answer.pieces:
            if self._timing:
                await asyncio.sleep(piece.ms / 1000)
            await responder.write(piece.data)
        if answer.complete:
            await responder.end()
        else:
            responder.abort()

    async def _pass_on(
        self, request: HttpRequest, responder: Responder, turn: Turn, tape: Tape
    ) -> None:
        """Ask the server, and pass its answer on as it comes."""
        headers = {n: value for n, value in request.headers.items() if n not in _NOT_SENT_ON}
        body = request.body if request.body or "content-length" in request.headers else None
        exchange = self._client.exchange(request.verb, self._url(request), headers, body)
        async with exchange as answer:
            passed = [pair for pair in answer.headers.items() if pair[0] not in _OF_CONNECTIONS]
            tape.begin(answer.status, [pair for pair in passed if tells(pair[0])])
            try:
                await responder.begin(answer.status, passed)
                while data := await answer.more():
                    tape.add(data)
                    await responder.write(data)
                tape.end()
            finally:
                await self._session.keep(turn, tape)
        await responder.end()

    def _url(self, request: HttpRequest) -> Address:
        base = self._client.base
        return replace(base, path=base.path + request.target)


async def _refuse(error: FleetError, request: HttpRequest, responder: Responder) -> None:
    """Answer with an error, in the shape that callers of this API know."""
    fitting = (dialect for path, dialect in _DIALECTS if path.search(request.target))
    body = msgspec.json.encode(next(fitting, OPENAI).envelope(error))
    headers = [("content-type", "application/json"), ("content-length", str(len(body)))]
    await responder.begin(error.status, headers)
    await responder.write(body)
