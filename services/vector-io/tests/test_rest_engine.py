"""The way to engines that speak JSON over HTTP."""

import socket

import pytest

from fleet_runtime.config import ConfigError, Secret
from fleet_runtime.errors import Unavailable, UpstreamFailed
from fleet_testing.openai_upstream import Canned
from fleet_testing.rest_server import rest_server, said
from fleet_upstream.settings import Network
from fleet_vector_io.rest_engine import RestEngine


@pytest.mark.parametrize(
    ("answer", "kind", "text"),
    [
        (said({"error": {"reason": "queue is full"}}, 429), Unavailable, "queue is full"),
        (said({"error": [{"message": "no leader"}]}, 503), Unavailable, "no leader"),
        (said({"error": "bad"}, 400), UpstreamFailed, "refused with 400: bad"),
        (said({"message": "key abc"}, 401), UpstreamFailed, "credentials"),
        (Canned(b"<html>", 500), UpstreamFailed, "<html>"),
        (Canned(b"", 500), UpstreamFailed, "does not say why"),
    ],
)
async def test_refusals_say_whose_they_are_and_whether_to_try_again(
    answer: Canned, kind: type[Exception], text: str
) -> None:
    """Ingestion waits for an engine that has too much to do, and gives up on one that refuses."""
    async with rest_server(lambda _: answer) as url:
        engine = RestEngine("Elasticsearch", url, Network())
        with pytest.raises(kind, match=text) as failure:
            await engine.ask("GET", "x")
        await engine.aclose()

    assert failure.value.message.startswith("Elasticsearch")
    assert "abc" not in failure.value.message


async def test_what_is_no_json_is_no_answer() -> None:
    """A proxy's page must not be taken for an empty result."""
    async with rest_server(lambda _: Canned(b"<html>")) as url:
        engine = RestEngine("Weaviate", url, Network())
        reply = await engine.ask("GET", "x")
        with pytest.raises(UpstreamFailed, match="no answer"):
            reply.read(dict)
        await engine.aclose()


async def test_an_engine_that_is_silent_is_unavailable() -> None:
    """Nobody waits for ever."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        host, port = silent.getsockname()
        engine = RestEngine("Weaviate", f"{host}:{port}", Network(timeout=0.2))
        with pytest.raises(Unavailable, match="Weaviate did not answer in time"):
            await engine.ask("GET", "x")
        await engine.aclose()


async def test_addresses_have_a_scheme_or_mean_http(monkeypatch: pytest.MonkeyPatch) -> None:
    """Llama Stack's configs write `localhost:9200`."""
    async with rest_server(lambda seen: said({"path": seen.path})) as url:
        monkeypatch.setenv("ENGINE_URL", url.removeprefix("http://"))
        engine = RestEngine("Elasticsearch", Secret(env="ENGINE_URL"), Network())
        reply = await engine.ask("GET", "a/b")
        await engine.aclose()

    assert {"path": "/a/b"} == reply.read(dict)
    with pytest.raises(ConfigError, match="address"):
        RestEngine("Elasticsearch", "ftp://localhost", Network())
