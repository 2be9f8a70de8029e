"""`remote::model-context-protocol`, against servers built with the official SDK."""

import asyncio
import base64
import json
import time
from contextlib import asynccontextmanager

import pytest

from fleet_runtime.call import Call
from fleet_runtime.errors import (
    DeadlineExceeded,
    InvalidArgument,
    ResourceExhausted,
    UpstreamFailed,
)
from fleet_testing.mcp_servers import mcp_server
from fleet_testing.mcp_tools import PIXEL
from fleet_testing.openai_upstream import Canned
from fleet_testing.rest_server import rest_server
from fleet_tools.provider import Image, Invocation, Source, Text
from fleet_tools.providers.model_context_protocol import ModelContextProtocol

pytestmark = pytest.mark.slow

KINDS = ["http", "handshake", "sse"]
PATIENCE = 10.0


class Caller:
    """A provider, and a server that it is asked to talk to."""

    def __init__(self, provider, fake):
        self.provider = provider
        self.fake = fake

    def source(self, **more):
        return Source(**{"uri": self.fake.url, "trusted": True, **more})

    async def tools(self, call=None, **more):
        found = await self.provider.tools(self.source(**more), call or Call("/test"))
        return [tool.name for tool in found]

    async def run(self, tool, arguments=None, call=None, **more):
        invocation = Invocation(self.source(**more), tool, arguments or {})
        return await self.provider.invoke(invocation, call or Call("/test"))

    async def who(self, call=None, **more):
        result = await self.run("whoami", call=call, **more)
        return json.loads(result.content[0].text)


@asynccontextmanager
async def calling(kind="http", token=None, as_json=False, **settings):
    async with mcp_server(kind, token, as_json=as_json) as fake:
        provider = ModelContextProtocol(ModelContextProtocol.Config(**settings))
        try:
            yield Caller(provider, fake)
        finally:
            await provider.aclose()


async def eventually(claim):
    end = time.monotonic() + PATIENCE
    while not (found := claim()):
        assert time.monotonic() < end, "did not come true"
        await asyncio.sleep(0.01)
    return found


@pytest.mark.parametrize("kind", KINDS)
async def test_tools_are_listed_and_run(kind):
    """By each way that servers speak: today's, that of the years before, and the first."""
    async with calling(kind) as caller:
        [add, *_] = await caller.provider.tools(caller.source(), Call("/test"))
        result = await caller.run("add", {"a": 1, "b": 2})

    assert ("add", "Add two numbers.") == (add.name, add.description)
    assert ["a", "b"] == add.input_schema["required"]
    assert [Text("3")] == result.content
    assert {"structured_content": {"result": 3}} == result.metadata
    assert result.error is None


async def test_servers_may_answer_without_a_stream():
    """The protocol leaves them the choice."""
    async with calling(as_json=True) as caller:
        assert [Text("3")] == (await caller.run("add", {"a": 1, "b": 2})).content


async def test_each_kind_of_content_becomes_what_models_can_be_given():
    """What they cannot be given, they are told of."""
    async with calling() as caller:
        picture = await caller.run("picture")
        mixed = await caller.run("mixed")

    [image] = picture.content
    assert isinstance(image, Image)
    assert "image/png" == image.media_type
    assert PIXEL == base64.b64decode(image.data)
    assert [
        "a text",
        "[A sound, audio/wav, was left out.]",
        "[B](https://b.example/)",
        "a page",
    ] == [item.text for item in mixed.content]
    assert {"structured_content": {"of": "each"}} == mixed.metadata


@pytest.mark.parametrize("kind", KINDS)
async def test_a_tool_that_fails_gives_a_result(kind):
    """The model reads why, and does better."""
    async with calling(kind) as caller:
        result = await caller.run("fail", {"reason": "no more paper"})

    assert "no more paper" in result.error
    assert 1 == result.error_code


@pytest.mark.parametrize("kind", KINDS)
async def test_a_caller_who_goes_stops_the_tool(kind):
    """Or it would go on for nobody."""
    async with calling(kind) as caller:
        task = asyncio.create_task(caller.run("wait"))
        await eventually(lambda: caller.fake.started)
        task.cancel()
        await asyncio.wait([task])
        stopped = await eventually(lambda: caller.fake.stopped)

        assert ["wait"] == stopped
        assert [Text("3")] == (await caller.run("add", {"a": 1, "b": 2})).content


@pytest.mark.parametrize("kind", KINDS)
async def test_a_tool_that_is_silent_for_too_long_is_stopped(kind):
    """A server that hangs must not hold its caller."""
    async with calling(kind, silence_seconds=0.5) as caller:
        with pytest.raises(DeadlineExceeded):
            await caller.run("wait")

        assert ["wait"] == await eventually(lambda: caller.fake.stopped)


@pytest.mark.parametrize("kind", KINDS)
async def test_a_tool_that_tells_of_its_progress_may_go_on(kind):
    """It is slow, not dead."""
    async with calling(kind, silence_seconds=0.6) as caller:
        result = await caller.run("work", {"steps": 6, "pause": 0.2})

    assert [Text("done")] == result.content


@pytest.mark.parametrize("kind", KINDS)
async def test_a_list_is_kept_until_the_server_says_that_it_changed(kind):
    """Nothing is asked before each call, and nothing is missed."""
    async with calling(kind) as caller:
        assert "new" not in await caller.tools()
        await caller.tools()
        assert 1 == caller.fake.methods().count("tools/list")
        await caller.run("grow", {"name": "new"})

        async def is_there():
            return "new" in await caller.tools()

        end = time.monotonic() + PATIENCE
        while not await is_there():
            assert time.monotonic() < end
            await asyncio.sleep(0.02)
        assert 2 == caller.fake.methods().count("tools/list")


async def test_a_list_is_kept_for_a_while_only():
    """Some servers never say that theirs changed."""
    async with calling(list_ttl_seconds=0.05) as caller:
        await caller.tools()
        await asyncio.sleep(0.1)
        await caller.tools()

        assert 2 == caller.fake.methods().count("tools/list")


async def test_no_more_tools_are_taken_than_allowed():
    """A server could have any number."""
    async with calling(max_tools=2) as caller:
        assert ["add", "whoami"] == await caller.tools()


async def test_a_session_that_the_server_forgot_is_opened_again():
    """Servers restart; the tool had not begun, so it runs once."""
    async with calling("handshake") as caller:
        await caller.tools()
        caller.fake.forget_sessions()
        result = await caller.run("add", {"a": 1, "b": 2})

    assert [Text("3")] == result.content
    assert ["add"] == caller.fake.calls
    assert 2 == len(caller.fake.sessions)


async def test_a_tool_that_may_have_begun_is_not_run_again():
    """It could have sent a letter."""
    async with calling() as caller:
        await caller.tools()
        caller.fake.hang_up = True
        with pytest.raises(UpstreamFailed) as caught:
            await caller.run("add", {"a": 1, "b": 2})

        assert 502 == caught.value.status
        assert ["add"] == caller.fake.calls
        assert [Text("3")] == (await caller.run("add", {"a": 1, "b": 2})).content


async def test_callers_with_different_tokens_never_share_a_session():
    """Nor does anybody see what a server gave another."""
    async with calling("handshake") as caller:
        seen = [
            await caller.who(authorization="alice"),
            await caller.who(authorization="bob"),
            await caller.who(),
            await caller.who(authorization="Bearer alice"),
        ]

    tokens = [headers.get("authorization") for headers in seen]
    assert ["Bearer alice", "Bearer bob", None, "Bearer alice"] == tokens
    sessions = [headers["mcp-session-id"] for headers in seen]
    assert 3 == len(set(sessions))
    assert sessions[0] == sessions[3]


async def test_callers_at_once_are_told_apart():
    """Calls overlap, and each answer is for whoever asked."""
    async with calling() as caller:
        names = [f"caller-{number}" for number in range(20)]
        seen = await asyncio.gather(*(caller.who(authorization=name) for name in names))

    assert [f"Bearer {name}" for name in names] == [each["authorization"] for each in seen]


async def test_a_server_that_wants_a_token_says_so():
    """The caller can send one, and must know."""
    async with calling(token="sesame") as caller:
        with pytest.raises(InvalidArgument) as missing:
            await caller.tools()
        with pytest.raises(UpstreamFailed) as wrong:
            await caller.tools(authorization="simsalabim")
        names = await caller.tools(authorization="sesame")

    assert "missing_authorization" == missing.value.code
    assert 401 == wrong.value.status
    assert "simsalabim" not in wrong.value.message
    assert "add" in names


@pytest.mark.parametrize("kind", KINDS)
async def test_a_token_may_end_within_a_session(kind):
    """The next call says so, and does not wait for an answer that never comes."""
    async with calling(kind, token="sesame") as caller:
        await caller.tools(authorization="sesame")
        caller.fake.token = "another"
        with pytest.raises(UpstreamFailed) as caught:
            await caller.run("add", {"a": 1, "b": 2}, authorization="sesame")

    assert 401 == caught.value.status
    assert [] == caller.fake.calls


def with_data(**data):
    return Call("/test", [("x-llamastack-provider-data", json.dumps(data))])


async def test_headers_come_from_the_caller_and_from_provider_data():
    """Each server gets its own, and no other's."""
    async with calling() as caller:
        data = with_data(
            mcp_headers={caller.fake.url: {"X-Team": "red"}, "http://other": {"X-Secret": "s"}}
        )
        seen = await caller.who(call=data, headers={"X-Trace": "1"})

    assert ("red", "1", None) == (seen["x-team"], seen["x-trace"], seen.get("x-secret"))


@pytest.mark.parametrize("name", ["Authorization", "authorization"])
async def test_a_token_among_the_headers_is_refused(name):
    """There is a field for it, which is treated with more care."""
    async with calling() as caller:
        with pytest.raises(InvalidArgument, match="'authorization'") as told:
            await caller.tools(headers={name: "Bearer x"})
        with pytest.raises(InvalidArgument, match="'authorization'"):
            await caller.tools(with_data(mcp_headers={caller.fake.url: {name: "Bearer x"}}))

    assert "authorization_in_headers" == told.value.code
    assert [] == caller.fake.requests


@pytest.mark.parametrize(
    ("name", "value"), [("host", "a"), ("mcp-session-id", "a"), ("x y", "a"), ("x", "a\r\ny: b")]
)
async def test_headers_that_are_not_the_callers_are_refused(name, value):
    """They would change where a request goes, or where it ends."""
    async with calling() as caller:
        with pytest.raises(InvalidArgument):
            await caller.tools(headers={name: value})


async def test_servers_that_callers_name_must_be_public_or_allowed():
    """Else a caller could reach whatever the service can."""
    async with calling() as caller:
        with pytest.raises(InvalidArgument) as caught:
            await caller.tools(trusted=False)
        assert [] == caller.fake.requests

    assert "address_not_allowed" == caught.value.code
    async with calling(allowed=["127.0.0.0/8"]) as caller:
        assert "add" in await caller.tools(trusted=False)


@pytest.mark.parametrize(
    "uri", ["ftp://a", "http://", "http://user:pass@a.example", "a", "", "http://a:x"]
)
async def test_what_is_no_address_is_refused(uri):
    """With what one looks like."""
    async with calling() as caller:
        with pytest.raises(InvalidArgument) as caught:
            await caller.tools(uri=uri)

    assert "mcp_endpoint.uri" == caught.value.param


async def test_as_many_sessions_are_kept_as_allowed():
    """The one goes that nobody uses; where all are used, whoever comes is told to wait."""
    async with calling("handshake", max_sessions=1) as caller:
        await caller.tools(authorization="a")
        await caller.tools(authorization="b")
        await eventually(lambda: "DELETE" in [seen["verb"] for seen in caller.fake.requests])
        task = asyncio.create_task(caller.run("wait", authorization="b"))
        await eventually(lambda: caller.fake.started)
        with pytest.raises(ResourceExhausted):
            await caller.tools(authorization="a")
        task.cancel()
        await asyncio.wait([task])

        assert "add" in await caller.tools(authorization="a")


async def test_a_session_that_nobody_uses_ends():
    """Servers hold something for each."""
    async with calling("handshake", idle_seconds=0.05) as caller:
        await caller.tools()
        ended = await eventually(
            lambda: [seen for seen in caller.fake.requests if seen["verb"] == "DELETE"]
        )

    assert ended[0]["mcp-session-id"] in caller.fake.sessions


@pytest.mark.parametrize("as_json", [False, True])
async def test_an_answer_that_is_too_long_is_not_taken(as_json):
    """It would fill the memory; the model can ask for less."""
    async with calling(as_json=as_json, max_message_bytes=100_000) as caller:
        result = await caller.run("huge", {"size": 200_000})

        assert "more than can be taken" in result.error
        assert [Text("x" * 50_000)] == (await caller.run("huge", {"size": 50_000})).content


async def test_a_server_that_is_away_is_a_bad_gateway():
    """It is nobody's mistake who called."""
    async with calling() as caller:
        with pytest.raises(UpstreamFailed) as caught:
            await caller.tools(uri="http://127.0.0.1:9/mcp")

    assert (502, "upstream_unreachable") == (caught.value.status, caught.value.code)


@pytest.mark.parametrize("status", [200, 302, 404, 500])
async def test_a_server_that_speaks_something_else_is_a_bad_gateway(status):
    """A wrong address, mostly."""

    async def ask(url, caller):
        with pytest.raises(UpstreamFailed) as caught:
            await caller.tools(uri=f"{url}/mcp")
        return caught.value.status

    def answer(_):
        return Canned(b"<html>", status, headers={"content-type": "text/html"})

    async with rest_server(answer) as url, calling() as caller:
        assert 502 == await ask(url, caller)


async def test_a_server_says_what_it_is():
    """People who choose among connectors read it."""
    async with calling() as caller:
        about = await caller.provider.about(caller.source(), Call("/test"))

    assert ("A fake", "For tests.", "1.2.3") == (about.name, about.description, about.version)
