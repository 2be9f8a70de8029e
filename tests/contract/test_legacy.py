"""Llama Stack's old inference API: its SDK of the time against a running fleet, and the wire where no SDK looks."""

import json
import re
import time

import pytest

pytestmark = pytest.mark.timeout(900)  # the first test waits for the fleet, and for pip

CHAT = "/v1/inference/chat-completion"
HELLO = [{"role": "user", "content": "Hello there"}]
ASK = {"model_id": "remote/chat", "messages": HELLO}
PATIENCE = 20.0
EVENT = re.compile(rb"data: (.*)\n\n")


@pytest.fixture
def seen(side, play):
    """What the SDK saw in each scenario."""
    return play("llama-stack-client-0.2", side.name)


def test_sdk(seen):
    """The plainest request there is."""
    chat = seen["chat"]

    assert "assistant" == chat["role"]
    assert chat["text"]
    assert chat["stop"] in ("end_of_turn", "out_of_tokens")
    assert ["prompt_tokens", "completion_tokens", "total_tokens"] == chat["metrics"]


def test_sdk_streams_the_same(seen):
    """It decodes every event as JSON: a closing `[DONE]` would break it."""
    start, *progress, complete = seen["chat_stream"]["types"]

    assert ("start", {"progress"}, "complete") == (start, set(progress), complete)
    assert (seen["chat"]["text"], seen["chat"]["stop"]) == (
        seen["chat_stream"]["text"],
        seen["chat_stream"]["stop"],
    )


def test_sdk_calls_tools(seen):
    """Whole, and in pieces that are followed by the whole."""
    found = seen["tools"]
    ((name, arguments),) = found["whole"]

    assert "say" == name
    assert "text" in json.loads(arguments)
    assert found["whole"] == found["stream"]
    assert json.loads(arguments) == json.loads(found["pieces"])


def test_sdk_gets_what_its_schema_says(seen):
    """Structured output, even from a small model."""
    assert {"city": "Paris"} == json.loads(seen["json_schema"]["text"])


def test_sdk_gets_logprobs(seen):
    """One for each token."""
    assert seen["logprobs"]["logprobs"] > 0


def test_sdk_continues_texts(seen):
    """Whole and streamed."""
    found = seen["completion"]

    assert found["text"]
    assert (found["text"], found["stop"]) == (found["stream"], found["stream_stop"])


def test_sdk_embeds(seen, side):
    """One vector a text."""
    assert [side.dimensions] * 2 == seen["embeddings"]


def test_sdk_asks_in_batches(seen):
    """Answers are those of the requests one by one."""
    found = seen["batches"]

    assert [seen["chat"]["text"]] * 2 == found["chats"]
    assert seen["completion"]["text"] == found["texts"][0]


@pytest.mark.parametrize(
    ("case", "kind"),
    [
        ("unknown model", "NotFoundError"),
        ("wrong kind", "BadRequestError"),
        ("too many", "RateLimitError"),
    ],
)
def test_sdk_errors(case, kind, play):
    """Programs catch these classes."""
    assert kind == play("llama-stack-client-0.2", "remote")["errors"][case]["class"]


def test_answer(wire):
    """`null`s are there, as generated decoders want them."""
    assert {
        "metrics": [
            {"metric": "prompt_tokens", "value": 2, "unit": "tokens"},
            {"metric": "completion_tokens", "value": 2, "unit": "tokens"},
            {"metric": "total_tokens", "value": 4, "unit": "tokens"},
        ],
        "completion_message": {
            "role": "assistant",
            "content": "Hello there",
            "stop_reason": "end_of_turn",
            "tool_calls": [],
        },
        "logprobs": None,
    } == wire.post(CHAT, ASK).json()


def test_stream(wire):
    """Lines that begin with `data: `, which is all that the Swift SDK reads."""
    answer = wire.post(CHAT, ASK | {"stream": True})
    found = [json.loads(data) for data in EVENT.findall(answer.body)]

    def event(kind, text, stop_reason=None):
        delta = {"type": "text", "text": text}
        return {
            "event_type": kind,
            "delta": delta,
            "logprobs": None,
            "stop_reason": stop_reason,
        }

    assert "text/event-stream; charset=utf-8" == answer.headers["content-type"]
    assert b"" == EVENT.sub(b"", answer.body)  # no comments, no names, no ids
    assert [
        event("start", ""),
        event("progress", "Hello"),
        event("progress", " there"),
        event("complete", "", "end_of_turn"),
    ] == [item["event"] for item in found]


def test_error_within_a_stream_is_an_event(wire):
    """In OpenAI's envelope, which its SDKs read."""
    asked = ASK | {"model_id": "remote/error-mid-stream", "stream": True}
    *_, last = EVENT.findall(wire.post(CHAT, asked).body)

    assert "The engine fell over." == json.loads(last)["error"]["message"]


def test_rerank_has_its_old_path_too(wire):
    """The same operation under both."""
    body = {"model": "encoder", "query": "red fruit", "items": ["a grey stone", "a red apple"]}
    old = wire.post("/v1/inference/rerank", body).json()

    assert wire.post("/v1alpha/inference/rerank", body).json() == old


def test_stored_chats_have_their_old_paths_too(wire):
    """Listed and by their ids."""
    body = {"model": "engine", "max_tokens": 2, "messages": HELLO}
    identity = wire.post("/v1/openai/v1/chat/completions", body).json()["id"]
    place = f"chat/completions/{identity}"
    deadline = time.monotonic() + PATIENCE
    while 404 == (found := wire.call("GET", f"/v1/openai/v1/{place}")).status:
        assert time.monotonic() < deadline
        time.sleep(0.05)

    assert wire.call("GET", f"/v1/{place}").json() == found.json()
    assert [identity] == [
        stored["id"]
        for stored in wire.call("GET", "/v1/openai/v1/chat/completions?limit=1").json()["data"]
    ]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("completion", {"model_id": "remote/chat", "content": "a b"}),
        ("embeddings", {"model_id": "remote/text-embedder", "contents": ["a b"]}),
        ("batch-chat-completion", {"model_id": "remote/chat", "messages_batch": [HELLO, HELLO]}),
        ("batch-completion", {"model_id": "remote/chat", "content_batch": ["a b", "c d"]}),
    ],
)
def test_other_operations(wire, path, body):
    """Each is there, and answers with the fields that its SDKs read."""
    answer = wire.post(f"/v1/inference/{path}", body).json()
    found = {
        "completion": lambda: answer["content"],
        "embeddings": lambda: len(answer["embeddings"][0]),
        "batch-chat-completion": lambda: [
            each["completion_message"]["content"] for each in answer["batch"]
        ],
        "batch-completion": lambda: [each["content"] for each in answer["batch"]],
    }

    assert {
        "completion": "a b",
        "embeddings": 8,
        "batch-chat-completion": ["Hello there"] * 2,
        "batch-completion": ["a b", "c d"],
    }[path] == found[path]()
