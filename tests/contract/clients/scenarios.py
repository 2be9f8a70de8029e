"""What the scripts of all clients share: what they ask, and how they tell what they saw."""

import json
import sys
import time
import traceback
from collections.abc import Callable, Iterable, Mapping
from types import SimpleNamespace
from typing import Any, TypeVar

FACTS = SimpleNamespace(**json.loads(sys.argv[1]))
"""`base_url`, `root`, and for those who ask models `chat` and `embedding`."""

T = TypeVar("T")

PATIENCE = 20.0
HELLO = [{"role": "user", "content": "Hello there"}]
SAY = {
    "type": "function",
    "function": {
        "name": "say",
        "description": "Say a word.",
        "parameters": {
            "type": "object",
            "properties": {"text": {"type": "string", "enum": ["hello"]}},
            "required": ["text"],
            "additionalProperties": False,
        },
    },
}
ASK_TO_SAY = [{"role": "user", "content": "hello"}]
CITY = {
    "type": "json_schema",
    "json_schema": {
        "name": "city",
        "strict": True,
        "schema": {
            "type": "object",
            "properties": {"city": {"type": "string", "enum": ["Paris"]}},
            "required": ["city"],
            "additionalProperties": False,
        },
    },
}
ASK_FOR_CITY = [{"role": "user", "content": '{"city":"Paris"}'}]


def tell(scenarios: Mapping[str, Callable[[], Any]]) -> None:
    """Play the scenarios and print what each returned; the traceback where one failed."""
    seen = {}
    for name, scenario in scenarios.items():
        try:
            seen[name] = scenario()
        except Exception:  # noqa: BLE001 - the test of this scenario shows it
            seen[name] = {"failed": traceback.format_exc()}
    json.dump(seen, sys.stdout)


def raised(call: Callable[[], Any]) -> dict[str, Any]:
    """Return what the error says that `call` must raise."""
    try:
        call()
    except Exception as error:  # noqa: BLE001 - which class it is is the question
        told = {
            name: getattr(error, name, None) for name in ("status_code", "code", "param", "type")
        }
        return {"class": type(error).__name__, "message": str(error), **told}
    raise AssertionError("no error was raised")


def eventually(call: Callable[[], T], true_of: Callable[[T], bool] = bool) -> T:
    """Return what `call` returns once that is as it should be: completions are stored behind the answer."""
    deadline = time.monotonic() + PATIENCE
    while True:
        found = call()
        if true_of(found) or time.monotonic() > deadline:
            return found
        time.sleep(0.05)


def whole(answer: Any) -> dict[str, Any]:
    """Return what matters of a chat completion, of any SDK."""
    choice = answer.choices[0]
    calls = choice.message.tool_calls or []
    return {
        "object": answer.object,
        "model": answer.model,
        "role": choice.message.role,
        "content": choice.message.content,
        "calls": [{"name": c.function.name, "arguments": c.function.arguments} for c in calls],
        "finish": [choice.finish_reason for choice in answer.choices],
        "places": [choice.index for choice in answer.choices],
        "usage": answer.usage and usage(answer.usage),
        "logprobs": logprobs(choice.logprobs),
    }


def folded(chunks: Iterable[Any]) -> dict[str, Any]:
    """Return what matters of a stream of chunks, put together as programs do."""
    seen = [chunk for chunk in chunks if chunk]
    deltas = [choice.delta for chunk in seen for choice in chunk.choices]
    calls = [call for delta in deltas for call in delta.tool_calls or []]
    finish = [choice.finish_reason for chunk in seen for choice in chunk.choices]
    return {
        "object": sorted({chunk.object for chunk in seen}),
        "model": sorted({chunk.model for chunk in seen}),
        "ids": len({chunk.id for chunk in seen}),
        "role": next(delta.role for delta in deltas),
        "content": "".join(delta.content or "" for delta in deltas),
        "call": "".join(call.function.name or "" for call in calls if call.function),
        "arguments": "".join(call.function.arguments or "" for call in calls if call.function),
        "finish": [reason for reason in finish if reason],
        "usage": [usage(chunk.usage) for chunk in seen if chunk.usage],
        "without_choices": sum(not chunk.choices for chunk in seen),
    }


def completion_text(answers: Iterable[Any]) -> dict[str, Any]:
    """Return what matters of a plain completion: of one answer, or of the chunks of a stream."""
    seen = list(answers)
    choices = [choice for answer in seen for choice in answer.choices]
    return {
        "object": sorted({answer.object for answer in seen}),
        "model": sorted({answer.model for answer in seen}),
        "text": "".join(choice.text for choice in choices),
        "finish": [choice.finish_reason for choice in choices if choice.finish_reason],
    }


def usage(spent: Any) -> list[int]:
    """Return prompt, completion and total tokens. llama-stack-client has no type for those of plain completions."""
    told = spent if isinstance(spent, dict) else vars(spent)
    return [told[name] for name in ("prompt_tokens", "completion_tokens", "total_tokens")]


def logprobs(found: Any) -> list[dict[str, Any]]:
    """Return what is said of each token."""
    tokens = (found and found.content) or []
    return [{"token": t.token, "logprob": t.logprob, "top": len(t.top_logprobs)} for t in tokens]
