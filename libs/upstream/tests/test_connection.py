"""The way to a model server: TLS, proxy, pool, time."""

import asyncio
import gc
import ssl
import time
from contextlib import asynccontextmanager, closing, suppress

import pytest
import trustme
from pydantic import ValidationError

from fleet.inference.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.config import ConfigError
from fleet_runtime.errors import DeadlineExceeded, UpstreamFailed
from fleet_testing.calls import grpc_call, rest_call
from fleet_testing.openai_upstream import openai_upstream
from fleet_testing.proxy import http_proxy
from fleet_upstream.address import Address
from fleet_upstream.dial import proxy_for
from fleet_upstream.settings import Network, UpstreamConfig
from fleet_upstream.wire import OpenAIWire


@asynccontextmanager
async def wire(url, **network):
    opened = OpenAIWire(UpstreamConfig(base_url=url, api_key="sk-1", network=Network(**network)))
    try:
        yield opened
    finally:
        await opened.aclose()


async def read_all(stream):
    return b"".join([events async for events in stream.events])


async def ask(opened, model="chat", stream=False):
    body = {"model": model, "stream": stream, "messages": [{"role": "user", "content": "a b"}]}
    return await opened.chat(*rest_call(m.ChatCompletionRequest, body))


@asynccontextmanager
async def raw_server(serve):
    """Let `serve` speak on each connection as it likes; it is closed after that, or when the client leaves."""

    async def guarded(reader, writer):
        with closing(writer), suppress(asyncio.IncompleteReadError):
            await serve(reader, writer)

    server = await asyncio.start_server(guarded, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1"
    finally:
        server.close()


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture(scope="module")
def server_tls(authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(context)
    return context


@pytest.fixture
def ca_file(authority, tmp_path):
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return path


async def test_a_certificate_that_nobody_vouches_for_is_refused(server_tls):
    """Or anybody on the way could read prompts and keys."""
    async with openai_upstream(tls=server_tls) as upstream, wire(upstream.url) as opened:
        with pytest.raises(UpstreamFailed, match="certificate verify failed") as caught:
            await ask(opened)

    assert (502, "upstream_unreachable") == (caught.value.status, caught.value.code)


async def test_a_certificate_is_checked_against_a_given_file(server_tls, ca_file):
    """Company networks have authorities of their own."""
    async with openai_upstream(tls=server_tls) as upstream:
        async with wire(upstream.url, tls={"verify": ca_file}) as opened:
            assert b'"a b"' in (await ask(opened)).json
        async with wire(upstream.url, tls={"verify": False}) as opened:
            assert b'"a b"' in (await ask(opened)).json


async def test_the_oldest_version_of_tls_is_kept(authority, ca_file):
    """A server that only speaks older ones is not talked to."""
    old = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    authority.issue_cert("127.0.0.1").configure_cert(old)
    tls = {"verify": ca_file, "min_version": "TLSv1.3"}
    async with openai_upstream(tls=old) as upstream, wire(upstream.url, tls=tls) as opened:
        with pytest.raises(UpstreamFailed) as caught:
            await ask(opened)

    assert "upstream_unreachable" == caught.value.code


async def test_our_own_certificate_is_shown(authority, ca_file, tmp_path):
    """Servers with mutual TLS let in nobody else."""
    mutual = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("127.0.0.1").configure_cert(mutual)
    authority.configure_trust(mutual)
    mutual.verify_mode = ssl.CERT_REQUIRED
    own = authority.issue_cert("fleet.internal")
    own.private_key_and_cert_chain_pem.write_to_path(tmp_path / "own.pem")
    tls = {"verify": ca_file, "client_cert": tmp_path / "own.pem"}
    async with openai_upstream(tls=mutual) as upstream:
        async with wire(upstream.url, tls=tls) as opened:
            assert b'"a b"' in (await ask(opened)).json
        async with wire(upstream.url, tls={"verify": ca_file}) as opened:
            with pytest.raises(UpstreamFailed):
                await ask(opened)


@pytest.mark.parametrize(
    "url", ["localhost:8000/v1", "ftp://h", "http://me:secret@h/v1", "http://["]
)
def test_an_address_that_is_none_is_refused_by_the_config(url, monkeypatch):
    """Keys have a setting of their own, from which they do not end up in logs."""
    monkeypatch.setenv("MODEL_SERVER", url)
    with pytest.raises(ValidationError, match="base_url"):
        UpstreamConfig(base_url=url)
    with pytest.raises(ConfigError, match="MODEL_SERVER"):
        OpenAIWire(UpstreamConfig(base_url={"env": "MODEL_SERVER"}))


@pytest.mark.parametrize("url", ["http://h", "https://a-b.c:80/x/v1/", "http://[::1]:8000/v1"])
def test_an_address_may_have_a_port_and_a_path(url):
    """Proxies put servers under paths."""
    assert url == UpstreamConfig(base_url=url).address()


def test_a_file_that_is_not_there_is_refused_by_the_config():
    """Not by the first call."""
    with pytest.raises(ValidationError, match="there is no file or folder"):
        Network(tls={"verify": "/no/such/ca.pem"})


async def test_requests_go_through_a_proxy():
    """It is told who we are, where its address says so."""
    async with openai_upstream() as upstream, http_proxy() as proxy:
        address = proxy.url.replace("://", "://me:secret@")
        async with wire(upstream.url, proxy={"url": address}) as opened:
            assert b'"a b"' in (await ask(opened)).json

    assert [f"POST {upstream.url}/chat/completions HTTP/1.1"] == proxy.seen
    assert ["Proxy-Authorization: Basic bWU6c2VjcmV0"] == proxy.authorizations


async def test_tls_goes_through_a_tunnel(server_tls, ca_file):
    """The proxy sees where to, and nothing else."""
    async with openai_upstream(tls=server_tls) as upstream, http_proxy() as proxy:
        network = {"proxy": {"https": proxy.url, "cacert": ca_file}}
        async with wire(upstream.url, **network) as opened:
            assert b'"a b"' in (await ask(opened)).json

    assert [f"CONNECT {Address.parse(upstream.url).endpoint} HTTP/1.1"] == proxy.seen


@pytest.mark.parametrize(
    ("host", "direct"),
    [("localhost", True), ("a.corp", True), ("corp", True), ("xcorp", False), ("b.org", False)],
)
def test_some_hosts_are_reached_without_the_proxy(host, direct):
    """As `no_proxy` has it everywhere."""
    proxy = Network(proxy={"http": "http://p:1", "no_proxy": ["localhost", ".corp"]}).proxy

    assert direct == (proxy_for(Address.parse(f"http://{host}:8000/v1"), proxy) is None)
    assert proxy_for(Address.parse(f"https://{host}/v1"), proxy) is None


@pytest.mark.parametrize(
    ("host", "why"),
    [("127.0.0.1:1", "Connection refused"), ("no-such-host.invalid", "[Nn]ame")],
)
async def test_a_server_that_is_not_there_is_a_bad_gateway(host, why, monkeypatch):
    """The text says why, and names no host: callers need not know the network."""
    monkeypatch.setenv("MODEL_SERVER", f"http://{host}/v1")
    async with wire({"env": "MODEL_SERVER"}) as opened:
        with pytest.raises(UpstreamFailed, match=why) as caught:
            await ask(opened)

    assert (502, "upstream_unreachable") == (caught.value.status, caught.value.code)
    assert host not in caught.value.message


@pytest.mark.parametrize("stream", [False, True])
async def test_silence_ends_in_a_timeout(stream):
    """A server that hangs must not hang its callers."""
    async with openai_upstream() as upstream, wire(upstream.url, timeout={"read": 0.1}) as opened:
        with pytest.raises(DeadlineExceeded) as caught:
            await ask(opened, "hang", stream)

    assert (504, "upstream_timeout") == (caught.value.status, caught.value.code)


async def test_a_slow_stream_is_no_silent_one():
    """The read timeout is for one silence, not for the whole answer."""
    async with openai_upstream() as upstream, wire(upstream.url, timeout={"read": 0.3}) as opened:
        upstream.pause = 0.15
        stream = await ask(opened, "slow", stream=True)

        assert b'" b"' in await read_all(stream)


async def test_the_callers_deadline_bounds_it_all():
    """Nobody waits for the answer after that."""
    async with openai_upstream() as upstream, wire(upstream.url) as opened:
        message = m.ChatMessage(role="user", content="a")
        for model, left in (("hang", 0.2), ("endless", 0.2), ("chat", 0.0)):
            asked = m.ChatCompletionRequest(model=model, messages=[message], stream=True)
            request = grpc_call(asked, deadline=time.monotonic() + left)
            with pytest.raises(DeadlineExceeded):
                await read_all(await opened.chat(*request))


async def test_no_more_connections_than_allowed():
    """Further calls wait for a place, as long as for a connection."""
    network = {"limits": {"max_connections": 1}, "timeout": {"connect": 0.2}}
    async with openai_upstream() as upstream, wire(upstream.url, **network) as opened:
        stream = await ask(opened, "endless", stream=True)
        with pytest.raises(DeadlineExceeded):
            await ask(opened)
        await stream.events.aclose()

        assert b'"a b"' in (await ask(opened)).json


async def test_a_connection_is_kept_after_a_stream():
    """A TLS handshake for each answer would be dear."""
    async with openai_upstream() as upstream, wire(upstream.url) as opened:
        for _ in range(3):
            await read_all(await ask(opened, stream=True))
            await ask(opened)

        assert 1 == opened.api._client._pool.opened


async def test_the_end_of_a_transfer_may_come_after_the_last_event():
    """As it does from servers that write the two one after the other."""
    connections = []

    async def serve(reader, writer):
        connections.append(writer)
        while True:
            await reader.readuntil(b"}]}")
            head = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n"
            writer.write(head + b"transfer-encoding: chunked\r\n\r\ne\r\ndata: [DONE]\n\n\r\n")
            await asyncio.sleep(0.05)
            writer.write(b"0\r\n\r\n")

    async with raw_server(serve) as url, wire(url) as opened:
        for _ in range(2):
            assert b"" == await read_all(await ask(opened, stream=True))

    assert 1 == len(connections)


async def test_only_so_many_connections_are_kept():
    """A burst leaves no more behind than wanted."""
    async with (
        openai_upstream() as upstream,
        wire(upstream.url, limits={"max_keepalive_connections": 1}) as opened,
    ):
        await asyncio.gather(*(ask(opened, "slow") for _ in range(3)))

        assert 2 == sum(seen.headers.get("connection") == "close" for seen in upstream.requests)


@asynccontextmanager
async def rude_server(answers):
    """Answer as many requests as `answers` says, then hang up on the next without a word."""
    body = b'{"object":"chat.completion"}'
    requests = []

    async def serve(reader, writer):
        for _ in range(answers):
            await reader.readuntil(b"}]}")
            requests.append("answered")
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body))
        await reader.readuntil(b"}]}")
        requests.append("hung up")

    async with raw_server(serve) as url:
        yield url, requests


async def test_a_connection_that_went_stale_is_replaced_once():
    """Servers hang up on idle connections, and it happens while we write."""
    async with rude_server(answers=1) as (url, requests), wire(url) as opened:
        for _ in range(2):
            await ask(opened)

        assert ["answered", "hung up", "answered"] == requests


async def test_a_request_that_brings_a_server_down_is_not_repeated():
    """It would bring down the next one too."""
    async with rude_server(answers=0) as (url, requests), wire(url) as opened:
        with pytest.raises(UpstreamFailed) as caught:
            await ask(opened)

        assert (502, ["hung up"]) == (caught.value.status, requests)


async def test_a_stream_that_nobody_reads_leaves_nothing_open():
    """The caller may leave between the answer's head and its first event."""
    async with openai_upstream() as upstream, wire(upstream.url) as opened:
        stream = await ask(opened, "endless", stream=True)
        await stream.events.aclose()
        del stream
        gc.collect()

        assert 0 == opened.api._client._pool.busy


async def test_headers_of_the_config_are_sent():
    """Gateways in front of model servers ask for them."""
    async with openai_upstream() as upstream, wire(upstream.url, headers={"x-team": "a"}) as opened:
        await ask(opened)

    assert "a" == upstream.requests[-1].headers["x-team"]


async def test_large_bodies_are_sent_whole():
    """Images travel inside of requests."""
    text = "x" * 5_000_000
    body = {"model": "chat", "messages": [{"role": "user", "content": text}]}
    async with openai_upstream() as upstream, wire(upstream.url) as opened:
        await opened.chat(*rest_call(m.ChatCompletionRequest, body))

    assert text == upstream.requests[-1].json()["messages"][0]["content"]


async def test_the_trace_goes_on_upstream():
    """One request is one trace, through every hop."""
    trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    call = Call("/x", (("traceparent", trace), ("x-request-id", "r1"), ("cookie", "c")))
    async with openai_upstream() as upstream, wire(upstream.url) as opened:
        await opened.models(call)

    headers = upstream.requests[-1].headers

    assert (trace, "r1") == (headers["traceparent"], headers["x-request-id"])
    assert "cookie" not in headers
