"""What some providers' servers do otherwise than OpenAI's, each in its documented format."""

import json

import pytest

from fleet.inference.v1 import messages as m
from fleet_inference.fold import fold_completion
from fleet_inference.provider import ProviderModel
from fleet_inference.providers.azure import Azure
from fleet_inference.providers.databricks import Databricks
from fleet_inference.providers.hf_endpoint import HuggingFaceEndpoint
from fleet_inference.providers.hf_serverless import HuggingFaceServerless
from fleet_inference.providers.llama_cpp_server import LlamaCppServer
from fleet_inference.providers.nvidia import Nvidia
from fleet_inference.providers.passthrough import Passthrough
from fleet_inference.providers.text_embeddings_inference import TextEmbeddingsInference
from fleet_inference.providers.tgi import Tgi
from fleet_inference.providers.together import Together
from fleet_runtime.config import ConfigError, validate
from fleet_runtime.errors import InvalidArgument, NotFound, Unavailable, UpstreamFailed
from fleet_testing.calls import rest_call
from fleet_testing.openai_upstream import Canned, openai_upstream

HELLO = [{"role": "user", "content": "hello"}]
RERANK = {"model": "ranker", "query": "big dog", "items": ["small cat", "big dog", "big cat"]}
RANKS = {"results": [{"index": 0, "relevance_score": 0.1}, {"index": 1, "relevance_score": 0.9}]}


@pytest.fixture
async def upstream():
    async with openai_upstream() as running:
        yield running


@pytest.fixture
async def open_():
    """Open a provider, and close it after the test."""
    opened = []

    def open_one(kind, **config):
        opened.append(kind(validate(kind.Config, config)))
        return opened[-1]

    yield open_one
    for provider in opened:
        await provider.aclose()


def canned(content):
    return Canned(json.dumps(content).encode())


def events(*messages):
    body = b"".join(b"data:%b\n\n" % json.dumps(message).encode() for message in messages)
    return Canned(body, headers={"content-type": "text/event-stream"})


def carrying(**data):
    return (("x-llamastack-provider-data", json.dumps(data)),)


def chat(metadata=(), **fields):
    return rest_call(
        m.ChatCompletionRequest, {"model": "chat", "messages": HELLO} | fields, metadata
    )


def ranks(answer):
    return [(data.index, data.relevance_score) for data in answer.data]


async def test_azure_asks_for_its_version(open_, upstream):
    """In the query of every address, and with the key in a header of its own."""
    provider = open_(Azure, base_url=upstream.url, api_key="sk-a", api_version="2024-12-01-preview")
    await provider.chat(*chat())

    assert "sk-a" == upstream.requests[-1].headers["api-key"]
    assert "authorization" not in upstream.requests[-1].headers
    assert "api-version=2024-12-01-preview" == upstream.requests[-1].query


@pytest.mark.parametrize("stream", [False, True])
async def test_azure_callers_may_name_a_resource_of_their_own(open_, upstream, stream):
    """And the configured key is not sent there."""
    provider = open_(Azure, base_url="http://127.0.0.1:1", api_key="sk-ours")
    data = {"azure_api_base": upstream.url, "azure_api_key": "sk-theirs", "azure_api_version": "1"}
    answer = await provider.chat(*chat(carrying(**data), stream=stream))
    if stream:
        assert b"hello" in b"".join([batch async for batch in answer.events])

    assert "sk-theirs" == upstream.requests[-1].headers["api-key"]
    assert "api-version=1" == upstream.requests[-1].query
    with pytest.raises(InvalidArgument, match="azure_api_key"):
        await provider.chat(*chat(carrying(azure_api_base=upstream.url)))


async def test_passthrough_goes_where_the_caller_says(open_, upstream):
    """With the caller's own key, and never with ours."""
    provider = open_(Passthrough, api_key="sk-ours")
    await provider.chat(
        *chat(carrying(passthrough_url=upstream.url, passthrough_api_key="sk-theirs"))
    )
    assert "Bearer sk-theirs" == upstream.requests[-1].headers["authorization"]

    await provider.chat(*chat(carrying(passthrough_url=upstream.url)))
    assert "authorization" not in upstream.requests[-1].headers

    with pytest.raises(InvalidArgument, match="passthrough_url"):
        await provider.chat(*chat())
    with pytest.raises(InvalidArgument, match="no http"):
        await provider.chat(*chat(carrying(passthrough_url="file:///etc/passwd")))
    assert [] == await provider.models()


async def test_passthrough_forwards_what_it_is_told_to(open_, upstream):
    """And nothing else of the provider data."""
    forward = {"maas_token": "Authorization", "tenant": "X-Tenant"}
    provider = open_(Passthrough, base_url=upstream.url, forward_headers=forward)
    await provider.chat(*chat(carrying(maas_token="Bearer abc", tenant="t1", other="secret")))
    headers = upstream.requests[-1].headers

    assert ("Bearer abc", "t1") == (headers["authorization"], headers["x-tenant"])
    assert "secret" not in str(headers)
    with pytest.raises(InvalidArgument, match="tenant"):
        await provider.chat(*chat(carrying(maas_token="Bearer abc")))
    with pytest.raises(InvalidArgument, match="tenant"):
        await provider.chat(*chat(carrying(maas_token="Bearer abc", tenant="a\r\nb: c")))


@pytest.mark.parametrize(
    "config",
    [
        {"forward_headers": {"a": "Host"}},
        {"forward_headers": {"__authenticated_user": "X-User"}},
        {"forward_headers": {"a": "X-Mine"}, "extra_blocked_headers": ["x-mine"]},
    ],
)
def test_passthrough_does_not_start_with_dangerous_headers(config):
    """Such would let callers frame requests, or speak for others."""
    with pytest.raises(ConfigError, match="forward_headers"):
        validate(Passthrough.Config, {"base_url": "http://h/v1", **config})


async def test_databricks_lists_its_endpoints(open_, upstream):
    """Those that it serves itself; a custom model is no chat."""
    listed = [
        {"name": "llama", "task": "llm/v1/chat"},
        {"name": "gte", "task": "llm/v1/embeddings"},
        {"name": "churn"},
    ]
    upstream.canned["/api/2.0/serving-endpoints"] = canned({"endpoints": listed})
    provider = open_(Databricks, base_url=f"{upstream.root}/serving-endpoints", api_token="dapi")

    assert [
        ProviderModel("llama", "llm"),
        ProviderModel("gte", "embedding"),
    ] == await provider.models()


async def test_hugging_face_finds_an_endpoint_of_the_tokens_user(open_, upstream):
    """By its bare name."""
    upstream.canned["/api/whoami-v2"] = canned({"name": "ada"})
    status = {"state": "running", "url": upstream.root}
    upstream.canned["/v2/endpoint/ada/mine"] = canned({"status": status})
    provider = open_(
        HuggingFaceEndpoint,
        base_url=f"{upstream.root}/v2",
        hub_url=upstream.root,
        endpoint_name="mine",
        api_token="hf_x",
    )
    await provider.chat(*chat())

    assert {"Bearer hf_x"} == {seen.headers["authorization"] for seen in upstream.requests}


async def test_hugging_face_says_that_an_endpoint_is_paused(open_, upstream):
    """It costs money while it runs, so many are."""
    upstream.canned["/v2/endpoint/ada/mine"] = canned({"status": {"state": "paused"}})
    provider = open_(HuggingFaceEndpoint, base_url=f"{upstream.root}/v2", endpoint_name="ada/mine")
    with pytest.raises(Unavailable, match="paused"):
        await provider.chat(*chat())


async def test_hugging_face_offers_the_one_repository_that_is_configured(open_, upstream):
    """Whatever else the router has."""
    provider = open_(
        HuggingFaceServerless, base_url=upstream.url, huggingface_repo="meta/llama", api_token="x"
    )
    assert [ProviderModel("meta/llama", "llm")] == await provider.models()
    with pytest.raises(NotFound):
        await provider.chat(*chat())


async def test_nvidia_embeds_queries_unless_told_otherwise(open_, upstream):
    """Its encoders refuse texts whose kind nobody says."""
    provider = open_(Nvidia, base_url=upstream.url)
    asked = {"model": "text-embedder", "input": "a"}
    await provider.embed(*rest_call(m.EmbeddingRequest, asked))
    assert "query" == upstream.requests[-1].json()["input_type"]

    await provider.embed(*rest_call(m.EmbeddingRequest, asked | {"input_type": "passage"}))
    assert "passage" == upstream.requests[-1].json()["input_type"]


async def test_nvidia_reranks_at_an_address_for_each_model(open_, upstream):
    """In the format of NIM."""
    rankings = [{"index": 1, "logit": 2.5}, {"index": 0, "logit": -3.0}]
    upstream.canned["/retrieval/ranker/reranking"] = canned({"rankings": rankings})
    url = f"{upstream.root}/retrieval/ranker/reranking"
    provider = open_(Nvidia, base_url=upstream.url, rerank_model_to_url={"ranker": url})
    answer = await provider.rerank(*rest_call(m.RerankRequest, RERANK | {"truncate": "END"}))

    assert [(1, 2.5), (0, -3.0)] == ranks(answer)
    assert {
        "model": "ranker",
        "query": {"text": "big dog"},
        "passages": [{"text": "small cat"}, {"text": "big dog"}, {"text": "big cat"}],
        "truncate": "END",
    } == upstream.requests[-1].json()
    assert ProviderModel("ranker", "rerank") in await provider.models()
    with pytest.raises(NotFound, match="rerank_model_to_url"):
        await provider.rerank(*rest_call(m.RerankRequest, RERANK | {"model": "other"}))


@pytest.mark.parametrize("kind", [LlamaCppServer, Together])
async def test_some_rerank_by_a_path_beside_the_chats(open_, upstream, kind):
    """The best first, and no more than asked for."""
    upstream.canned["/v1/rerank"] = canned(RANKS)
    provider = open_(kind, base_url=upstream.url)
    answer = await provider.rerank(*rest_call(m.RerankRequest, RERANK | {"max_num_results": 2}))

    assert [(1, 0.9), (0, 0.1)] == ranks(answer)
    assert 2 == upstream.requests[-1].json()["top_n"]


async def test_tei_reranks_and_tells_its_model(open_, upstream):
    """By its own paths; the rest of OpenAI's API it does not have."""
    upstream.canned["/rerank"] = canned([{"index": 0, "score": 0.2}, {"index": 2, "score": 0.7}])
    upstream.canned["/info"] = canned(
        {"model_id": "bge", "model_type": {"reranker": {"id2label": {}}}, "max_input_length": 512}
    )
    provider = open_(TextEmbeddingsInference, base_url=upstream.url)
    answer = await provider.rerank(*rest_call(m.RerankRequest, RERANK | {"max_num_results": 1}))

    assert [(2, 0.7)] == ranks(answer)
    assert {
        "query": "big dog",
        "texts": ["small cat", "big dog", "big cat"],
    } == upstream.requests[-1].json()
    assert [ProviderModel("bge", "rerank", {"context_length": 512})] == await provider.models()


def step(text, details=None, **token):
    return {"token": {"id": 1, "text": text, "logprob": -0.5, "special": False} | token} | (
        {"details": details, "generated_text": "…"} if details else {}
    )


END = {"finish_reason": "eos_token", "generated_tokens": 3, "input_length": 4}


async def test_tgi_continues_texts_by_its_own_path(open_, upstream):
    """Token by token; special ones are no text."""
    upstream.canned["/generate_stream"] = events(
        step(" big"), step(" world"), step("</s>", END, special=True)
    )
    provider = open_(Tgi, url=upstream.root)
    asked = {"model": "tgi", "prompt": "hello", "temperature": 0, "top_p": 1, "seed": 3, "n": 2}
    asked |= {"max_tokens": 9, "stop": "!", "echo": True}
    answer = await provider.complete(*rest_call(m.CompletionRequest, asked))
    whole = await fold_completion(answer)

    assert ["hello big world"] * 2 == [choice.text for choice in whole.choices]
    assert {"stop"} == {choice.finish_reason for choice in whole.choices}
    assert (6, 8) == (whole.usage.completion_tokens, whole.usage.prompt_tokens)
    sent = [seen.json() for seen in upstream.requests]
    assert ["hello", "hello"] == [body["inputs"] for body in sent]
    assert {
        "details": True,
        "do_sample": False,
        "max_new_tokens": 9,
        "seed": 4,
        "stop": ["!"],
    } == sent[1]["parameters"]


async def test_tgi_tells_how_likely_tokens_were(open_, upstream):
    """With the likeliest at each place, where those are asked for."""
    likely = [{"id": 1, "text": " big", "logprob": -0.5}, {"id": 2, "text": " a", "logprob": -2.0}]
    upstream.canned["/generate_stream"] = events(
        step(" big") | {"top_tokens": likely}, step(" world", END) | {"top_tokens": []}
    )
    provider = open_(Tgi, url=upstream.root)
    asked = {"model": "tgi", "prompt": "hello", "logprobs": 2}
    answer = await provider.complete(*rest_call(m.CompletionRequest, asked))
    told = (await fold_completion(answer)).choices[0].logprobs

    assert ([0, 4], [-0.5, -0.5]) == (told.text_offset, told.token_logprobs)
    assert [{" big": -0.5, " a": -2.0}, {}] == told.top_logprobs
    assert 2 == upstream.requests[-1].json()["parameters"]["top_n_tokens"]


async def test_tgi_is_told_all_that_it_knows(open_, upstream):
    """Also by its own names. What means nothing is left out, as the server takes it for a mistake."""
    upstream.canned["/generate_stream"] = events(step("a", END))
    provider = open_(Tgi, url=upstream.root)
    known = {"repetition_penalty": 1.5, "frequency_penalty": 0.5, "top_p": 0.9, "top_k": 3}
    body = {"model": "tgi", "prompt": "a", "best_of": 1, "typical_p": 0.5}
    await provider.complete(*rest_call(m.CompletionRequest, body | known))
    sent = upstream.requests[-1].json()["parameters"]
    assert known | {"typical_p": 0.5} == {name: sent[name] for name in (*known, "typical_p")}

    await provider.complete(*rest_call(m.CompletionRequest, body | {"top_k": -1, "top_p": 1}))
    assert not {"top_k", "top_p"} & upstream.requests[-1].json()["parameters"].keys()


@pytest.mark.parametrize(
    ("said", "status"),
    [
        ([step("a")], 502),
        ([step("a"), {"error": "Request failed", "error_type": "generation"}], 502),
        ([{"odd": 1}], 502),
    ],
)
async def test_tgi_answers_that_break_off_are_errors(open_, upstream, said, status):
    """Half an answer must not look like a whole one."""
    upstream.canned["/generate_stream"] = events(*said)
    provider = open_(Tgi, base_url=upstream.root)
    answer = await provider.complete(
        *rest_call(m.CompletionRequest, {"model": "tgi", "prompt": "a"})
    )
    with pytest.raises(UpstreamFailed) as caught:
        await fold_completion(answer)

    assert status == caught.value.status


@pytest.mark.parametrize(
    "more",
    [
        {"suffix": "a"},
        {"logit_bias": {"1": 2}},
        {"best_of": 2},
        {"prompt": [1, 2]},
        {"prompt": ["a"] * 129},
        {"min_p": 0.1},
        {"ignore_eos": True},
        {"presence_penalty": 0.5},
        {"logprobs": 1, "echo": True},
    ],
)
async def test_tgi_says_what_it_cannot_do(open_, upstream, more):
    """By the field's name."""
    provider = open_(Tgi, base_url=upstream.root)
    body = {"model": "tgi", "prompt": "a"} | more
    with pytest.raises(InvalidArgument) as caught:
        await provider.complete(*rest_call(m.CompletionRequest, body))

    assert next(iter(more)) == caught.value.param


async def test_tgi_gets_schemas_in_its_own_form(open_, upstream):
    """Its Messages API is OpenAI's but for this."""
    schema = {"z": 1, "type": "object"}
    wanted = {"type": "json_schema", "json_schema": {"name": "a", "schema": schema}}
    provider = open_(Tgi, base_url=upstream.url)
    await provider.chat(*chat(response_format=wanted))

    assert {"type": "json_object", "value": schema} == upstream.requests[-1].json()[
        "response_format"
    ]
    assert "/v1/chat/completions" == upstream.requests[-1].path


async def test_tgi_tells_its_model(open_, upstream):
    """And how long its context is."""
    upstream.canned["/info"] = canned({"model_id": "llama", "max_total_tokens": 4096})
    provider = open_(Tgi, base_url=upstream.root)

    assert [ProviderModel("llama", "llm", {"context_length": 4096})] == await provider.models()
