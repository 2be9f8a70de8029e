"""Talks to a fleet with llama-stack-client 0.2, over the inference API of its time."""

import llama_stack_client
from scenarios import FACTS, raised, tell

HELLO = [{"role": "user", "content": "Hello there"}]
SAY = {
    "tool_name": "say",
    "description": "Say a word.",
    "parameters": {"text": {"param_type": "string", "description": "hello"}},
}
CITY = {
    "type": "json_schema",
    "json_schema": {
        "type": "object",
        "properties": {"city": {"type": "string", "enum": ["Paris"]}},
        "required": ["city"],
        "additionalProperties": False,
    },
}
FEW = {"strategy": {"type": "greedy"}, "max_tokens": 4}
MORE = {"strategy": {"type": "greedy"}, "max_tokens": 40}

client = llama_stack_client.LlamaStackClient(
    base_url=FACTS.root, api_key="none", max_retries=0, timeout=120
)
inference = client.inference


def ask(**more):
    asked = {"model_id": FACTS.chat, "messages": HELLO, "sampling_params": FEW} | more
    return inference.chat_completion(**asked)


def told(answer):
    message = answer.completion_message
    return {
        "role": message.role,
        "text": message.content,
        "stop": message.stop_reason,
        "calls": [[call.tool_name, call.arguments] for call in message.tool_calls],
        "metrics": [metric.metric for metric in answer.metrics],
        "logprobs": len(answer.logprobs or []),
    }


def chat():
    return told(ask())


def chat_stream():
    events = [chunk.event for chunk in ask(stream=True)]
    return {
        "types": [event.event_type for event in events],
        "text": "".join(event.delta.text for event in events),
        "stop": events[-1].stop_reason,
    }


def tools():
    said = [{"role": "user", "content": "hello"}]
    asked = {"messages": said, "tools": [SAY], "tool_config": {"tool_choice": "required"}}
    events = [chunk.event for chunk in ask(**asked, sampling_params=MORE, stream=True)]
    calls = [event.delta for event in events if event.delta.type == "tool_call"]
    whole = [delta.tool_call for delta in calls if delta.parse_status == "succeeded"]
    return {
        "whole": told(ask(**asked, sampling_params=MORE))["calls"],
        "stream": [[call.tool_name, call.arguments] for call in whole],
        "pieces": "".join(d.tool_call for d in calls if d.parse_status == "in_progress"),
    }


def json_schema():
    asked = [{"role": "user", "content": '{"city":"Paris"}'}]
    return told(ask(messages=asked, response_format=CITY, sampling_params=MORE))


def logprobs():
    return told(ask(logprobs={"top_k": 2}))


def completion():
    asked = {"model_id": FACTS.chat, "content": "One two", "sampling_params": FEW}
    whole = inference.completion(**asked)
    chunks = list(inference.completion(**asked, stream=True))
    return {
        "text": whole.content,
        "stop": whole.stop_reason,
        "stream": "".join(chunk.delta for chunk in chunks),
        "stream_stop": chunks[-1].stop_reason,
    }


def embeddings():
    texts = ["one", "two words"]
    found = inference.embeddings(model_id=FACTS.embedding, contents=texts)
    return [len(vector) for vector in found.embeddings]


def batches():
    params = {"model_id": FACTS.chat, "sampling_params": FEW}
    chats = inference.batch_chat_completion(messages_batch=[HELLO, HELLO], **params)
    texts = inference.batch_completion(content_batch=["One two", "Three"], **params)
    return {
        "chats": [answer.completion_message.content for answer in chats.batch],
        "texts": [answer.content for answer in texts.batch],
    }


def errors():
    return {
        "unknown model": raised(lambda: ask(model_id="nope")),
        "wrong kind": raised(lambda: ask(model_id=FACTS.embedding)),
        "too many": raised(lambda: ask(model_id="remote/fail-429")),
    }


SCENARIOS = (
    *(chat, chat_stream, tools, json_schema, logprobs),
    *(completion, embeddings, batches, errors),
)
tell({scenario.__name__: scenario for scenario in SCENARIOS})
