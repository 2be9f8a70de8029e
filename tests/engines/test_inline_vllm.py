"""`inline::vllm`: a fleet whose runner is vLLM on the CPU, asked through the gateway and the router."""

import json
import os
import shutil
import signal
from contextlib import closing
from http.client import HTTPConnection

import psutil
import pytest

from fleet_models.store import ModelStore
from fleet_testing.fleet import ENGINE
from fleet_testing.gateway import eventually
from fleet_testing.lora import write_adapter
from fleet_testing.venvs import ROOT

pytestmark = pytest.mark.timeout(600)  # the first test waits for the engine

# In seconds: a step of the engine on a busy machine, and what the news of it takes.
SOON = 30.0
LONG = "Tell me a long story about a lighthouse keeper and the sea. " * 20
CITY = {
    "type": "object",
    "properties": {"city": {"type": "string", "maxLength": 10}, "people": {"type": "integer"}},
    "required": ["city", "people"],
    "additionalProperties": False,
}
WEATHER = {
    "type": "function",
    "function": {
        "name": "weather",
        "description": "Says what the weather is in a city.",
        "parameters": {
            "type": "object",
            "properties": {"city": {"type": "string", "maxLength": 10}},
            "required": ["city"],
        },
    },
}


def message(answer):
    assert 200 == answer.status, answer.body
    return answer.json()["choices"][0]["message"]


def similarity(one, other):
    return sum(a * b for a, b in zip(one, other, strict=True))


def text_of(chunks):
    return "".join(c["delta"].get("content") or "" for chunk in chunks for c in chunk["choices"])


def test_a_streamed_answer_is_the_whole_one_in_pieces(vllm):
    """Both come from vLLM's own serving layer, by different ways through it."""
    whole = vllm.chat(max_tokens=12, temperature=0)
    chunks = vllm.chunks(max_tokens=12, temperature=0)

    assert len(chunks) > 5
    assert message(whole)["content"] == text_of(chunks)
    assert {"engine"} == {whole.json()["model"], *(chunk["model"] for chunk in chunks)}


def test_usage_tells_what_was_read_and_produced(vllm):
    """Bills and quotas stand on it, streamed or not."""
    whole = vllm.chat(max_tokens=5, ignore_eos=True).json()["usage"]
    last = vllm.chunks(max_tokens=5, ignore_eos=True, stream_options={"include_usage": True})[-1]

    assert 5 == whole["completion_tokens"]
    assert whole["prompt_tokens"] + 5 == whole["total_tokens"]
    assert [] == last["choices"]
    assert whole["total_tokens"] == last["usage"]["total_tokens"]


def test_a_prompt_that_was_read_before_is_read_from_the_cache(vllm):
    """A router sends the same prefix to the same runner for nothing else."""
    vllm.chat(LONG, max_tokens=1)

    usage = vllm.chat(LONG, max_tokens=1).json()["usage"]

    assert usage["prompt_tokens_details"]["cached_tokens"] > usage["prompt_tokens"] // 2


def test_several_answers_to_one_question(vllm):
    """They differ where sampling does, and each has its index."""
    choices = vllm.chat(n=3, max_tokens=8, temperature=1.5, seed=1).json()["choices"]

    assert [0, 1, 2] == [choice["index"] for choice in choices]
    assert len({choice["message"]["content"] for choice in choices}) > 1


def test_a_seed_makes_sampling_repeatable(vllm):
    """What a caller wants to reproduce can be."""
    first, second = (
        message(vllm.chat(max_tokens=8, temperature=1.2, top_p=0.9, seed=7)) for _ in range(2)
    )

    assert first["content"] == second["content"]


def test_a_stop_string_ends_the_answer_and_is_not_part_of_it(vllm):
    """Agents cut answers by it."""
    whole = message(vllm.chat("Count: 1, 2, 3,", max_tokens=20, temperature=0))["content"]
    stop = whole[3:6]
    cut = vllm.chat("Count: 1, 2, 3,", max_tokens=20, temperature=0, stop=[stop]).json()

    assert whole.partition(stop)[0] == cut["choices"][0]["message"]["content"]
    assert "stop" == cut["choices"][0]["finish_reason"]


def test_a_bias_rules_the_choice_of_tokens(vllm):
    """Sampling settings reach the engine, and not only the answer's shape."""
    token = vllm.post("completions", prompt="x", max_tokens=1, return_token_ids=True).json()
    assert token["choices"][0]["finish_reason"] == "length"

    fields = {"logprobs": True, "top_logprobs": 0, "max_tokens": 3, "temperature": 0}
    biased = vllm.chat(logit_bias={"100": 100}, ignore_eos=True, **fields).json()
    tokens = [entry["token"] for entry in biased["choices"][0]["logprobs"]["content"]]

    assert 1 == len(set(tokens))


def test_logprobs_name_the_likeliest_tokens(vllm):
    """The sampled token of a greedy answer is the likeliest of them."""
    answer = vllm.chat(max_tokens=4, temperature=0, logprobs=True, top_logprobs=3).json()
    content = answer["choices"][0]["logprobs"]["content"]

    assert 4 == len(content)
    for entry in content:
        assert 3 == len(entry["top_logprobs"])
        assert entry["token"] == entry["top_logprobs"][0]["token"]
        assert entry["logprob"] <= 0


def test_an_answer_keeps_to_a_schema(vllm):
    """The grammar holds the model to it, however small the model is."""
    schema = {"type": "json_schema", "json_schema": {"name": "city", "schema": CITY}}
    answer = message(
        vllm.chat("Name a city.", max_tokens=200, temperature=0, response_format=schema)
    )

    assert {"city", "people"} == json.loads(answer["content"]).keys()


def test_an_answer_is_some_object_of_json(vllm):
    """`json_object` asks for no more."""
    kind = {"type": "json_object"}
    answer = message(
        vllm.chat('Answer {"a": 1} as JSON.', max_tokens=200, temperature=0, response_format=kind)
    )

    assert isinstance(json.loads(answer["content"]), dict)


@pytest.mark.parametrize(
    "choice", ["required", {"type": "function", "function": {"name": "weather"}}]
)
@pytest.mark.parametrize("stream", [False, True])
def test_a_tool_is_called_when_it_must_be(vllm, choice, stream):
    """Forced calls are held to the tool's parameters; whether they are wise is the model's affair."""
    fields = {"tools": [WEATHER], "tool_choice": choice, "max_tokens": 400, "temperature": 0}
    if stream:
        calls = [
            call
            for chunk in vllm.chunks("Weather in Oslo?", **fields)
            for c in chunk["choices"]
            for call in c["delta"].get("tool_calls") or []
        ]
        name = calls[0]["function"]["name"]
        arguments = "".join(call["function"].get("arguments") or "" for call in calls)
    else:
        (call,) = message(vllm.chat("Weather in Oslo?", **fields))["tool_calls"][:1]
        name, arguments = call["function"]["name"], call["function"]["arguments"]

    assert "weather" == name
    assert {"city"} == json.loads(arguments).keys()


def test_a_tool_without_parameters_gets_an_object(vllm):
    """Callers decode the arguments before they look at them."""
    tool = {"type": "function", "function": {"name": "now"}}
    choice = {"type": "function", "function": {"name": "now"}}
    answer = message(vllm.chat(tools=[tool], tool_choice=choice, max_tokens=400, temperature=0))

    assert isinstance(json.loads(answer["tool_calls"][0]["function"]["arguments"]), dict)


def test_tools_may_be_offered_and_not_called(vllm):
    """The parser for tool calls lets plain text through."""
    assert message(vllm.chat(tools=[WEATHER], max_tokens=4))["content"]


def test_texts_are_completed(vllm):
    """The older API, with several prompts and the tokens' likelihoods."""
    answer = vllm.post("completions", prompt=["One,", "Red,"], max_tokens=3, logprobs=1).json()

    assert [0, 1] == [choice["index"] for choice in answer["choices"]]
    assert 3 == len(answer["choices"][0]["logprobs"]["tokens"])


def test_a_prompt_that_is_too_long_is_refused_at_once(vllm):
    """Before the engine has spent anything on it, and with OpenAI's code for it."""
    before = vllm.metrics("runner")["vllm:prompt_tokens_total"]
    answer = vllm.chat("word " * 3000, max_tokens=1)

    assert 400 == answer.status
    assert "context_length_exceeded" == answer.json()["error"]["code"]
    assert before == vllm.metrics("runner")["vllm:prompt_tokens_total"]


def test_what_vllm_refuses_says_which_field_is_wrong(vllm):
    """A 500 would send the caller to the wrong place."""
    answer = vllm.chat(stop=["x"] * 3, min_tokens=50, max_tokens=3)

    assert 400 == answer.status
    assert "min_tokens" in answer.json()["error"]["message"]


@pytest.mark.parametrize("stream", [True, False])
def test_the_engine_stops_when_the_caller_leaves(vllm, stream):
    """An engine that goes on for nobody takes the place of those who wait."""
    body = {
        "model": "engine",
        "messages": [{"role": "user", "content": "Count to a thousand."}],
        "stream": stream,
        "ignore_eos": True,
    }
    with closing(HTTPConnection(vllm.fleet.target, timeout=SOON)) as connection:
        headers = {"content-type": "application/json"}
        connection.request("POST", "/v1/chat/completions", json.dumps(body), headers)
        eventually(lambda: 1 == vllm.metrics("runner")["vllm:num_requests_running"], SOON)

    eventually(lambda: not vllm.metrics("runner")["vllm:num_requests_running"], SOON)
    assert 0 == vllm.metrics("runner")["engine_num_requests_running"]


def test_metrics_are_those_of_vllm_beside_ours(vllm):
    """Dashboards and autoscalers that know vLLM know this runner."""
    vllm.chat(max_tokens=2)

    found = vllm.metrics("runner")

    assert found["vllm:generation_tokens_total"] > 0
    assert found["vllm:time_to_first_token_seconds_count"] > 0
    assert found["vllm:prefix_cache_queries_total"] > 0
    assert {"vllm:num_requests_waiting", "vllm:kv_cache_usage_perc"} < found.keys()
    assert {"engine_num_requests_waiting", "grpc_server_call_started_total"} < found.keys()
    assert json.loads((ROOT / "tests/chart/vllm.json").read_text()).keys() <= found.keys()


def test_an_adapter_is_a_model_that_answers_otherwise(vllm):
    """It is there from the start, and its weights are used."""
    assert "runner/first" in vllm.models()
    asked = {"prompt": "The sea is", "max_tokens": 1, "temperature": 0, "logprobs": 1}

    own = vllm.post("completions", **asked).json()
    adapted = vllm.post("completions", **asked | {"model": "runner/first"}).json()

    (ours,), (theirs,) = (
        answer["choices"][0]["logprobs"]["token_logprobs"] for answer in (own, adapted)
    )
    assert ours != theirs


def test_adapters_come_and_go_while_the_engine_runs(vllm, adapters):
    """Whoever trains one need not restart what serves it."""
    write_adapter(adapters / "second", ModelStore().path(ENGINE), seed=2)
    eventually(lambda: "runner/second" in vllm.models(), SOON)
    assert 200 == vllm.post("completions", model="runner/second", prompt="x").status

    shutil.rmtree(adapters / "second")
    eventually(lambda: "runner/second" not in vllm.models(), SOON)
    assert 404 == vllm.post("completions", model="runner/second", prompt="x").status


def test_texts_become_vectors(vllm):
    """An embedding model is one of vLLM's too; its vectors are as long as the model says."""
    answer = vllm.post("embeddings", model="encoder", input=["The sea.", "An ocean.", "A tax."])
    sea, ocean, tax = (entry["embedding"] for entry in answer.json()["data"])

    assert 384 == len(sea)
    assert similarity(sea, ocean) > similarity(sea, tax)
    assert answer.json()["usage"]["prompt_tokens"] > 0


def test_an_embedding_model_chats_with_nobody(vllm):
    """The caller asked the wrong model, and nothing is broken."""
    assert 400 == vllm.chat(model="encoder").status


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        ({"max_modle_len": 5}, "engine_args.max_modle_len: vLLM's engine has no such flag"),
        ({"max_model_len": "long"}, "engine_args: argument --max-model-len: invalid"),
        ({"port": 8000}, "engine_args.port: vLLM's engine has no such flag"),
        ({"tool_call_parser": "no-such"}, "engine_args: invalid tool call parser: no-such"),
        ({"reasoning_parser": "no-such"}, "engine_args: Reasoning parser 'no-such' not found"),
        ({"model": "other"}, "engine_args.model: the model is named by `model`"),
    ],
)
def test_a_wrong_flag_is_named(refusals, flags, told):
    """Before the model is loaded, which takes minutes; half of what is configured cannot be seen by a schema."""
    assert refusals(flags).startswith(told)


def test_a_runner_whose_engine_died_is_started_anew(vllm):
    """The engine is a process of its own, and nothing mends it from outside."""
    runner = vllm.fleet.pid("runner")
    (core,) = (child for child in psutil.Process(runner).children() if "EngineCore" in child.name())
    os.kill(core.pid, signal.SIGKILL)

    vllm.fleet.await_ready("runner", 300, after=runner)

    eventually(lambda: 200 == vllm.chat(max_tokens=1).status, SOON)
