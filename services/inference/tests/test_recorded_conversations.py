"""Providers talk to engines that were recorded: real answers, byte for byte, with no engine about.

The recordings beside this file came from our own engine in a fleet of the launcher's. To make them anew, which needs
the models and a minute:

    LLAMA_RECORDER_MODE=record pytest services/inference/tests/test_recorded_conversations.py
"""

import os
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from fleet.inference.v1 import messages as m
from fleet_inference.providers.openai import OpenAI
from fleet_inference.providers.runner import Runner
from fleet_recorder.mode import Mode
from fleet_recorder.recorder import Options, recorder
from fleet_runtime.errors import FleetError, UpstreamFailed
from fleet_testing.calls import grpc_call, rest_call
from fleet_testing.engine_simulator import MODEL, SimulatedEngine, simulated_runner
from fleet_testing.fleet import ENCODER, ENGINE, running_fleet, small_fleet
from fleet_testing.openai_upstream import openai_upstream

RECORDINGS = Path(__file__).with_name("recordings")
MODE = Mode(os.environ.get("LLAMA_RECORDER_MODE", Mode.REPLAY))
NOWHERE = "127.0.0.1:9"
CAPITAL = {"role": "user", "content": "What is the capital of France?"}


@dataclass(frozen=True)
class Engines:
    """Where the engines are: behind a gateway that speaks HTTP, and behind gRPC."""

    http: str = f"http://{NOWHERE}"
    grpc: str = f"grpc://{NOWHERE}"


@contextmanager
def _engines():
    if MODE is Mode.REPLAY:
        yield Engines()
        return
    with running_fleet(small_fleet(f"http://{NOWHERE}/v1")) as fleet:
        yield Engines(fleet.root, fleet.target_of("runner"))


@pytest.fixture(scope="module")
def engines():
    with _engines() as found:
        yield found


@pytest.fixture
async def openai(engines, request):
    """`remote::openai` before what our engine once answered over HTTP."""
    options = Options(MODE, request.node.name)
    async with recorder(engines.http, RECORDINGS, options) as running:
        provider = OpenAI(OpenAI.Config(base_url=f"{running.url}/v1"))
        yield provider
        await provider.aclose()


@pytest.fixture
async def runner(engines, request, monkeypatch):
    """`remote::runner` before what our engine once answered over gRPC."""
    options = Options(MODE, request.node.name)
    async with recorder(engines.grpc, RECORDINGS, options) as running:
        monkeypatch.setenv("FLEET_ADDRESSES", f"runner={running.url}")
        provider = Runner(Runner.Config())
        yield provider
        await provider.aclose()


def body(*messages, model="engine", **fields):
    return {"model": model, "messages": list(messages), "temperature": 0, "max_tokens": 16} | fields


def chat(*messages, **fields):
    return rest_call(m.ChatCompletionRequest, body(*messages, **fields))


async def text_of(chunks):
    """What a streamed answer says, and what it cost."""
    text, usage = "", None
    async for chunk in chunks:
        text += "".join(choice.delta.content or "" for choice in chunk.choices)
        usage = chunk.usage or usage
    return text, usage


async def test_a_stream_over_http_says_what_the_engine_said(openai):
    """Real chunks have fields that nobody thinks of when inventing some."""
    asked = chat(CAPITAL, stream=True, stream_options={"include_usage": True})
    text, usage = await text_of((await openai.chat(*asked)).decode(m.ChatCompletionChunk))

    assert "The capital of France is Paris." == text
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens > 0


async def test_a_conversation_over_http_goes_on(openai):
    """The second question carries the first answer, and is found by it."""
    first = (await openai.chat(*chat(CAPITAL))).decode(m.ChatCompletion)
    said = {"role": "assistant", "content": first.choices[0].message.content}
    thanks = {"role": "user", "content": "Thank you!"}
    second = (await openai.chat(*chat(CAPITAL, said, thanks))).decode(m.ChatCompletion)

    assert "The capital of France is Paris." == said["content"]
    assert second.choices[0].message.content
    assert second.usage.prompt_tokens > first.usage.prompt_tokens


async def test_a_vector_over_http_has_its_length(openai):
    """In base64, as SDKs ask for it."""
    asked = {"model": "encoder", "input": "hello", "encoding_format": "base64"}
    answer = await openai.embed(*rest_call(m.EmbeddingRequest, asked))

    assert 2048 == len(answer.decode(m.EmbeddingList).data[0].embedding)


async def test_a_refusal_over_http_stays_one(openai):
    """With the words of the server."""
    with pytest.raises(UpstreamFailed, match="Model 'nobody' not found") as refused:
        await openai.chat(*chat(CAPITAL, model="nobody"))

    assert 404 == refused.value.status


async def test_a_stream_over_grpc_says_what_the_engine_said(runner):
    """Between router and runner nothing is JSON."""
    fields = body(CAPITAL, model=ENGINE, stream=True, stream_options={"include_usage": True})
    request, _ = rest_call(m.ChatCompletionRequest, fields)
    text, usage = await text_of(await runner.chat(*grpc_call(request)))

    assert "The capital of France is Paris." == text
    assert usage.total_tokens == usage.prompt_tokens + usage.completion_tokens > 0


async def test_the_models_of_a_runner_are_listed(runner):
    """By the names that its engines have for them."""
    assert {ENGINE, ENCODER} == {model.id for model in await runner.models()}


async def test_what_a_provider_gets_is_replayed_byte_for_byte(tmp_path):
    """Through `remote::openai`, by the test that its config names, and without the server."""

    async def events(upstream, mode):
        async with recorder(upstream, tmp_path, Options(mode)) as running:
            config = OpenAI.Config(
                base_url=f"{running.url}/v1",
                api_key="sk-secret-1",
                network={"headers": {"x-llama-test-id": "test_a"}},
            )
            provider = OpenAI(config)
            try:
                answer = await provider.chat(*chat(CAPITAL, model="chat", stream=True))
                return b"".join([batch async for batch in answer.events])
            finally:
                await provider.aclose()

    async with openai_upstream() as upstream:
        recorded = await events(upstream.root, Mode.RECORD)
        assert "Bearer sk-secret-1" == upstream.requests[-1].headers["authorization"]

    assert recorded == await events(f"http://{NOWHERE}", Mode.REPLAY)
    assert recorded.count(b"data: ") > 3
    (file,) = tmp_path.glob("test_a/*.json")
    assert "sk-secret-1" not in file.read_text()


async def test_what_a_router_gets_is_replayed_message_for_message(tmp_path, monkeypatch):
    """Through `remote::runner`, with the load that the engine told in its trailers, and without the engine."""

    async def chunks(upstream, mode):
        async with recorder(f"grpc://{upstream}", tmp_path, Options(mode)) as running:
            monkeypatch.setenv("FLEET_ADDRESSES", f"runner={running.url}")
            provider = Runner(Runner.Config())
            try:
                request, _ = rest_call(
                    m.ChatCompletionRequest, body(CAPITAL, model=MODEL, stream=True)
                )
                got = [chunk async for chunk in await provider.chat(*grpc_call(request))]
                (replica,) = provider._replicas._known.values()
                return got, replica._heard_until > 0
            finally:
                await provider.aclose()

    async with simulated_runner(SimulatedEngine()) as address:
        recorded = await chunks(address, Mode.RECORD)

    assert recorded == await chunks(NOWHERE, Mode.REPLAY)
    assert (17, True) == (len(recorded[0]), recorded[1])


async def test_a_caller_is_told_what_was_not_recorded(tmp_path, monkeypatch):
    """Through both providers: the text reaches whoever runs the test."""
    async with recorder(f"http://{NOWHERE}", tmp_path, Options(Mode.REPLAY)) as running:
        provider = OpenAI(OpenAI.Config(base_url=f"{running.url}/v1"))
        with pytest.raises(FleetError, match="was not recorded: POST /v1/chat/completions") as one:
            await provider.chat(*chat(CAPITAL))
        await provider.aclose()
    async with recorder(f"grpc://{NOWHERE}", tmp_path, Options(Mode.REPLAY)) as running:
        monkeypatch.setenv("FLEET_ADDRESSES", f"runner={running.url}")
        runner = Runner(Runner.Config())
        request, _ = rest_call(m.ChatCompletionRequest, body(CAPITAL))
        with pytest.raises(FleetError, match="was not recorded: RPC /fleet") as two:
            await runner.chat(*grpc_call(request))
        await runner.aclose()

    assert "recording_missing" == one.value.code == two.value.code
