"""A fake of AWS's token service.

Format: https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html,
https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithWebIdentity.html
"""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl

from aiohttp import web

from fleet_testing.aws_signatures import SECRET, TOKEN, signer
from fleet_testing.native_upstream import RefusedError
from fleet_testing.openai_upstream import Seen

_ANSWER = """<{action}Response xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><{action}Result><Credentials>
<AccessKeyId>ASIA{count}</AccessKeyId><SecretAccessKey>{secret}</SecretAccessKey><SessionToken>{token}</SessionToken>
<Expiration>{until}</Expiration></Credentials></{action}Result></{action}Response>"""
_ERROR = "<ErrorResponse><Error><Code>AccessDenied</Code><Message>{message}</Message></Error></ErrorResponse>"


class TokenService:
    """The server. It lends the access keys `ASIA1`, `ASIA2` and so on.

    Attributes:
        url: Where it is.
        asked: What each request asked, in order, with `signer`: the access key that signed it.
        seconds: How long keys last.
        denies: Whether nobody may assume any role.
    """

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[dict[str, str | None]] = []
        self.seconds = 3600.0
        self.denies = False

    def application(self) -> web.Application:
        """Return what serves the one path that there is."""
        app = web.Application()
        app.router.add_post("/", self._assume)
        return app

    async def _assume(self, request: web.Request) -> web.Response:
        body = await request.read()
        headers = {name.lower(): value for name, value in request.headers.items()}
        form: dict[str, str | None] = dict(parse_qsl(body.decode()))
        try:
            form["signer"] = signer(Seen("POST", "/", headers, body))
        except RefusedError as error:
            return web.Response(status=403, text=_ERROR.format(message=error))
        self.asked.append(form)
        if self.denies:
            return web.Response(status=403, text=_ERROR.format(message="not authorized"))
        until = datetime.now(UTC) + timedelta(seconds=self.seconds)
        answer = _ANSWER.format(
            action=form["Action"],
            count=len(self.asked),
            secret=SECRET,
            token=TOKEN,
            until=until.isoformat(timespec="seconds"),
        )
        return web.Response(text=answer, content_type="text/xml")


@asynccontextmanager
async def token_service() -> AsyncGenerator[TokenService, None]:
    """Run the fake on a free port of the loopback interface."""
    service = TokenService()
    runner = web.AppRunner(service.application())
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        service.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield service
    finally:
        await runner.cleanup()
