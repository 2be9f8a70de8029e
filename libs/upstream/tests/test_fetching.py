"""Documents come over HTTP in time, up to a size, and only from where it is allowed."""

import asyncio
from contextlib import asynccontextmanager, closing, suppress

import pytest
from pydantic import ValidationError

from fleet_runtime.call import Call
from fleet_runtime.errors import DeadlineExceeded, InvalidArgument
from fleet_testing.openai_upstream import Canned
from fleet_testing.rest_server import rest_server
from fleet_upstream.fetch_settings import FetchConfig
from fleet_upstream.fetcher import Fetcher

HERE = ["127.0.0.1"]


async def fetch(uri, call=None, **settings):
    """Return what is at an address, as `(name, type, bytes)`."""
    fetcher = Fetcher(FetchConfig(**({"allowed": HERE} | settings)))
    async with fetcher.opened(uri, call or Call("/test"), "uri") as found:
        content = b"".join([piece async for piece in found.content])
        return found.filename, found.content_type, content


@asynccontextmanager
async def saying(*answer):
    """Serve the same bytes to everybody, and then nothing more, without hanging up."""

    async def serve(reader, writer):
        with closing(writer), suppress(asyncio.IncompleteReadError, ConnectionError):
            await reader.readuntil(b"\r\n\r\n")
            for piece in answer:
                writer.write(piece)
                await writer.drain()
            await reader.read()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


async def test_a_document_comes_with_its_name_and_type():
    """They say how it is read, where its bytes do not."""
    page = Canned(b"# Whales", headers={"content-type": "text/markdown; charset=utf-8"})
    async with rest_server(lambda _: page) as url:
        assert ("a b.md", "text/markdown", b"# Whales") == await fetch(f"{url}/x/a%20b.md?c=d#e")
        assert ("", "text/markdown", b"# Whales") == await fetch(url)


async def test_servers_are_asked_for_just_what_was_named():
    """Paths and queries of signed addresses must not change on the way."""
    asked = []

    def answer(seen):
        asked.append((seen.method, seen.path, seen.query, seen.headers["accept-encoding"]))
        return Canned(b"a")

    async with rest_server(answer) as url:
        await fetch(f"{url}/a%2Fb/ä/?x=%20&y=é/")

    assert [("GET", "/a%2Fb/%C3%A4/", "x=%20&y=%C3%A9/", "identity")] == asked


@pytest.mark.parametrize("entry", ["10.0.0.1/8", "http://docs.corp", "a b", "", "1::/200"])
def test_what_is_neither_network_nor_host_is_refused_at_the_start(entry):
    """Or somebody would think that it was allowed."""
    with pytest.raises(ValidationError):
        FetchConfig(allowed=[entry])


async def test_redirects_are_followed_to_where_is_allowed():
    """A public server could send us anywhere, so each step is checked."""

    def answer(seen):
        where = {"/1": "/x/2", "/x/2": "3.txt?y", "/out": "http://127.0.0.2/", "/file": "file:///x"}
        if seen.path in where:
            return Canned(b"", 302, {"location": where[seen.path]})
        return Canned(b"found", headers={"content-type": "text/plain"})

    async with rest_server(answer) as url:
        assert ("3.txt", "text/plain", b"found") == await fetch(f"{url}/1")
        with pytest.raises(InvalidArgument, match="no public address"):
            await fetch(f"{url}/out")
        with pytest.raises(InvalidArgument, match="begins with"):
            await fetch(f"{url}/file")


async def test_redirects_end():
    """Some go round in circles."""
    async with rest_server(lambda seen: Canned(b"", 301, {"location": seen.path})) as url:
        with pytest.raises(InvalidArgument, match="more than 2 redirects") as caught:
            await fetch(f"{url}/round", max_redirects=2)

    assert ("fetch_failed", "uri") == (caught.value.code, caught.value.param)


@pytest.mark.parametrize(
    "head", [b"content-length: 1001\r\n\r\n", b"transfer-encoding: chunked\r\n\r\n3e9\r\n"]
)
async def test_large_documents_are_refused(head):
    """Whether their size is told or not."""
    async with saying(b"HTTP/1.1 200 OK\r\n" + head, b"x" * 1001) as url:
        with pytest.raises(InvalidArgument) as caught:
            await fetch(url, max_bytes=1000)

    assert "file_too_large" == caught.value.code


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n", "answered 404"),
        (b"HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: 0\r\n\r\n", "compressed"),
        (b"SSH-2.0-OpenSSH_9.6\r\n", "speaks no HTTP"),
    ],
)
async def test_what_is_no_document_says_why(answer, reason):
    """An error page must not be put in as if it were the document."""
    async with saying(answer) as url:
        with pytest.raises(InvalidArgument, match=reason) as caught:
            await fetch(url)

    assert ("fetch_failed", "uri") == (caught.value.code, caught.value.param)


async def test_a_server_that_is_not_there_says_why():
    """The message speaks of the document, not of a model server."""
    async with saying() as url:
        pass
    with pytest.raises(InvalidArgument, match="its server cannot be reached"):
        await fetch(url)


@pytest.mark.parametrize("answer", [(), (b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n", b"12")])
async def test_slow_documents_are_given_up(answer):
    """A server that says nothing, or nothing more, holds nobody up."""
    async with saying(*answer) as url:
        with pytest.raises(DeadlineExceeded) as caught:
            await fetch(url, timeout_seconds=0.2)

    assert ("fetch_timeout", "uri") == (caught.value.code, caught.value.param)


@pytest.mark.parametrize(
    "uri", ["ftp://a.test/", "http://", "http://u:p@a.test/", "http://a.test:x/", "https://[::"]
)
async def test_addresses_that_are_none_are_refused(uri):
    """Passwords too, which would be kept with the request."""
    with pytest.raises(InvalidArgument) as caught:
        await fetch(uri)

    assert ("invalid_value", "uri") == (caught.value.code, caught.value.param)
