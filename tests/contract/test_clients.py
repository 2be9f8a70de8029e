"""SDKs against a running fleet: against its engine, and against a model server behind it.

Each client plays its scenarios once for each side, in its own process, and tells what it saw.
"""

import base64
import json
import struct

import pytest

pytestmark = pytest.mark.timeout(900)  # the first test waits for the fleet, and for pip

COMMON = ["openai-2", "openai-3", "llama-stack-client", "ogx-client"]
"""The clients that play all scenarios that are common to them."""


@pytest.fixture(params=COMMON)
def seen(request, side, play):
    """What a client saw in each scenario."""
    return play(request.param, side.name)


def test_chat(seen, side):
    """The plainest request there is."""
    chat = seen["chat"]
    prompt, completion, total = chat.pop("usage")

    assert "chat.completion" == chat["object"]
    assert side.chat == chat["model"]
    assert "assistant" == chat["role"]
    assert chat["content"]
    assert chat["finish"][0] in ("stop", "length")
    assert prompt + completion == total
    assert prompt > 0
    assert completion > 0


def test_streamed_chat_says_the_same(seen, side):
    """Programs switch streaming on and off; the answer must not change, nor its model's name."""
    stream = seen["chat_stream"]

    assert ["chat.completion.chunk"] == stream["object"]
    assert [side.chat] == stream["model"]
    assert 1 == stream["ids"]
    assert "assistant" == stream["role"]
    assert seen["chat"]["content"] == stream["content"]
    assert seen["chat"]["finish"] == stream["finish"]


def test_usage_of_a_stream_comes_only_when_asked_for(seen):
    """Programs index `choices[0]` of every chunk; the one without choices must be wanted."""
    unasked, asked = seen["chat_stream"], seen["chat_stream_with_usage"]

    assert (0, []) == (unasked["without_choices"], unasked["usage"])
    assert (1, 1) == (asked["without_choices"], len(asked["usage"]))


def test_tool_call(seen):
    """Agents stand on this: the name as given, arguments that are JSON and fit the schema."""
    answer = seen["tools"]
    call = answer["calls"][0]

    assert "say" == call["name"]
    assert {"text": "hello"} == json.loads(call["arguments"])
    assert answer["finish"][0] in ("tool_calls", "stop")
    assert not answer["content"]


def test_streamed_tool_call(seen):
    """Arguments come in pieces; joined they are the same JSON."""
    stream = seen["tools_stream"]

    assert "say" == stream["call"]
    assert {"text": "hello"} == json.loads(stream["arguments"])
    assert ["tool_calls"] == stream["finish"]


def test_json_schema(seen):
    """Structured output parses and fits, even from a small model."""
    assert {"city": "Paris"} == json.loads(seen["json_schema"]["content"])


def test_logprobs(seen):
    """One entry a token, each with as many alternatives as asked for."""
    found = seen["logprobs"]
    said = seen["chat"]

    assert said["content"] == "".join(token["token"] for token in found["logprobs"])
    assert {2} == {token["top"] for token in found["logprobs"]}
    assert all(token["logprob"] <= 0 for token in found["logprobs"])


def test_several_answers(seen):
    """`n` answers, each at its place."""
    assert [0, 1] == sorted(seen["several"]["places"])


def test_seed(seen):
    """The same seed gives the same words."""
    first, second = seen["seed"]

    assert first == second


def test_completion(seen, side):
    """The plain completion that base models are used with."""
    answer = seen["completion"]
    prompt, completion, total = answer["usage"]

    assert ["text_completion"] == answer["object"]
    assert [side.chat] == answer["model"]
    assert answer["text"]
    assert prompt + completion == total


def test_streamed_completion(seen, side):
    """And its stream."""
    answer = seen["completion_stream"]

    assert [side.chat] == answer["model"]
    assert answer["text"]
    assert 1 == len(answer["finish"])


def test_embeddings(seen, side):
    """Vectors are the same in both formats, and as long as asked for."""
    found = seen["embeddings"]

    assert [side.dimensions] * 2 == [len(vector) for vector in found["float"]]
    for plain, packed in zip(found["float"], found["base64"], strict=True):
        vector = struct.unpack(f"<{len(plain)}f", base64.b64decode(packed))
        assert plain == pytest.approx(vector, abs=1e-6)
    assert found["float"][0] == pytest.approx(found["usual"][0], abs=1e-6)
    assert [4, 4] == found["short"]


def test_models(seen, side):
    """A model can be found under the name that requests use, slashes and all."""
    found = seen["models"]

    assert {side.chat, side.embedding} <= set(found["listed"])
    assert side.chat == found["got"]
    assert "runner/HuggingFaceTB/SmolLM2-135M-Instruct" == found["got_with_slashes"]


@pytest.mark.parametrize(
    ("case", "kind", "status", "code", "param"),
    [
        ("unknown model", "NotFoundError", 404, "model_not_found", "model"),
        ("wrong kind", "BadRequestError", 400, "model_type_mismatch", "model"),
        ("wrong field", "BadRequestError", 400, "invalid_value", "top_logprobs"),
        ("wrong type", "BadRequestError", 400, "invalid_value", "temperature"),
        ("not stored", "NotFoundError", 404, None, None),
        ("key refused", "AuthenticationError", 401, "made_to_fail", None),
        ("forbidden", "PermissionDeniedError", 403, "made_to_fail", None),
        ("conflict", "ConflictError", 409, "made_to_fail", None),
        ("unprocessable", "UnprocessableEntityError", 422, "made_to_fail", None),
        ("too many", "RateLimitError", 429, "made_to_fail", None),
        ("broken", "InternalServerError", 500, "made_to_fail", None),
        ("broken stream", "APIError", None, "engine_dead", None),
    ],
)
@pytest.mark.parametrize("client", ["openai-2", "openai-3", "llama-stack-client"])
def test_errors_are_the_classes_that_programs_catch(
    play, *, client, case, kind, status, code, param
):
    """Retry and fallback logic is written against these classes; OpenAI's SDK reads code and param too."""
    error = play(client, "remote")["errors"][case]

    assert kind == error["class"], error
    assert status == error["status_code"]
    if client.startswith("openai") and case != "not stored":
        assert (code, param) == (error["code"], error["param"])


@pytest.mark.parametrize("client", ["openai-2", "openai-3"])
def test_registered_model(client, play):
    """A name that an administrator gives works at once, and is gone when it is taken away."""
    found = play(client, "remote")["registered"]

    assert "nickname" == found["made"] == found["model"]
    assert found["deleted"] is True
    assert "NotFoundError" == found["after"]["class"]


@pytest.mark.parametrize("client", ["openai-2", "openai-3"])
def test_stored_completions(client, play):
    """What was stored can be listed page by page, read, changed and deleted."""
    found = play(client, "engine")["stored"]
    made = found["made"]

    assert (2, True) == (found["first_page"], found["has_more"])
    assert sorted(made) == sorted(found["listed"])
    assert [made[0], "assistant", True] == found["got"]
    assert found["asked"] == found["messages"]
    assert {"tag": "changed"} == found["updated"]
    assert found["deleted"] is True
    assert "NotFoundError" == found["after"]["class"]


@pytest.mark.parametrize("client", ["openai-2", "openai-3"])
def test_http2_without_tls(client, play):
    """The one port takes HTTP/1.1 and HTTP/2 alike."""
    assert ["HTTP/2", "Hello there"] == play(client, "remote")["http2"]


@pytest.mark.parametrize("client", ["llama-stack-client", "ogx-client"])
def test_stored_completions_of_llama_stack(client, play):
    """Llama Stack's clients read the messages beside the answer."""
    found = play(client, "engine")["stored"]

    assert {"listed": True, "got": "assistant", "asked": ["Hello there"]} == found


@pytest.mark.parametrize("client", ["llama-stack-client", "ogx-client"])
def test_rerank(client, play):
    """The item that answers the query comes first."""
    assert 1 == play(client, "engine")["rerank"]["places"][0]


def test_rerank_where_nobody_can(play):
    """OpenAI has no such thing, and says so: 501."""
    refused = play("llama-stack-client", "remote")["rerank"]["nobody"]

    assert ("InternalServerError", 501) == (refused["class"], refused["status_code"])


def test_what_llama_stack_knows_of_models(play):
    """The client reads a model's kind and provider from `custom_metadata`."""
    assert ["engine", "llm", True] == play("llama-stack-client", "engine")["listed"]


def test_inspect(play):
    """Version, health, routes and providers, in the envelopes that the client unwraps."""
    found = play("llama-stack-client", "engine")["inspect"]

    assert found["version"]
    assert "OK" == found["health"]
    assert "/v1/chat/completions" in found["routes"]
    assert {"runner", "remote"} <= set(found["providers"])


@pytest.mark.parametrize(
    ("case", "kind"),
    [
        ("unknown model", "NotFoundException"),
        ("wrong field", "BadRequestException"),
        ("too many", "RateLimitException"),
        ("broken", "ServiceException"),
    ],
)
def test_errors_of_ogx(case, kind, play):
    """The generated client has classes of its own."""
    assert kind == play("ogx-client", "remote")["errors"][case]["class"]


def test_langchain(side, play):
    """LangChain's chat model and embeddings, as applications use them."""
    found = play("langchain", side.name)
    words, usage, model = found["invoke"]
    streamed, streamed_usage, chunks = found["stream"]

    assert words
    assert side.chat == model
    assert usage["input_tokens"] + usage["output_tokens"] == usage["total_tokens"]
    assert (words, usage["total_tokens"]) == (streamed, streamed_usage["total_tokens"])
    assert chunks > 1
    assert [words, words] == found["async_batch"]
    assert [["say", ["text"]]] == found["tools"]
    assert {"city": "Paris"} == found["structured"]
    assert [side.dimensions] * 2 == found["embeddings"]
    assert "model_not_found" == found["error"]["code"]
