"""Requests that nobody thought of: from the OpenAPI document, and from random bytes."""

import json
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi import checks

DOCUMENT = json.loads((Path(__file__).parents[2] / "libs/api/fleet/openapi.json").read_text())
CHECKS = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]
# The many examples for each field, up to 860 an operation, come besides these. One of these takes a second to make
# where bodies are lists of requests.
BOUNDED = settings(
    max_examples=10,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
# Of these not every field is tried by itself: their requests nest so deeply, or there are so many of them, that it
# would take half an hour.
DEEP = ("agents", "eval", "safety", "tools")
# The same operations as those without `openai`.
ALIASES = (
    "/v1/openai/v1/chat/completions",
    "/v1/openai/v1/completions",
    "/v1/openai/v1/embeddings",
)
DEEP_PATHS = (
    "/v1/messages/batches",
    "/v1/inference/batch-chat-completion",
    "/v1/inference/batch-completion",
    *ALIASES,
)
schema = schemathesis.openapi.from_dict(DOCUMENT)
deep = schemathesis.openapi.from_dict(DOCUMENT)
deep.config.phases.coverage.enabled = False
# Where a request says how long its answer may be, unless it is in `max_tokens`.
LIMITS = {
    "/v1/chat/completions": ("max_completion_tokens",),  # comes before `max_tokens`
    "/v1/openai/v1/chat/completions": ("max_completion_tokens",),
    "/v1alpha/interactions": ("generation_config", "max_output_tokens"),
}
SHORT = 2
# Whose answers have no limit that a request could say.
SYNTHETIC = "/v1/synthetic-data-generation/generate"

pytestmark = pytest.mark.timeout(300)  # there are a thousand requests in some of these tests


def is_deep(context: Any) -> bool:
    operation = context.operation
    return operation.definition.raw["x-fleet-api"] in DEEP or operation.path in DEEP_PATHS


@schema.exclude(is_deep).parametrize()
@BOUNDED
def test_every_operation_answers_as_its_document_says(case, one_fleet):
    """The document is what clients are made from: a status, type or field that it lacks breaks them."""
    if isinstance(case.body, dict) and isinstance(case.body.get("model"), str):
        case.body = to_engine(case.body, case.path)
    case.call_and_validate(base_url=one_fleet.running.root, checks=CHECKS, timeout=30)


@deep.include(is_deep).parametrize()
@BOUNDED
def test_every_operation_with_deep_requests_answers_as_its_document_says(case, one_fleet):
    """The document is what clients are made from, whatever they send."""
    if isinstance(case.body, dict) and "model" in case.body:
        if case.path in ALIASES:
            # Their streams are described chunk by chunk, and what is tried here takes whole events for that.
            whole = {name: value for name, value in case.body.items() if name != "stream"}
            # What a remote model says is passed on, and not always as the document has it.
            case.body = to_engine(whole, case.path)
        else:
            case.body = case.body | {"model": "remote/chat"}
    case.call_and_validate(base_url=one_fleet.running.root, checks=CHECKS, timeout=30)


def to_engine(body: dict[str, Any], path: str) -> dict[str, Any]:
    """Return `body` for the engine: else all that is tried ends at 404, or in answers of 2,000 tokens."""
    limited = shortened(body, *LIMITS.get(path, ("max_tokens",)))
    return limited | {"model": model_of(path)}


def model_of(path: str) -> str:
    if path == SYNTHETIC:
        return "remote/chat"
    return "encoder" if path.endswith(("embeddings", "rerank")) else "engine"


def shortened(body: dict[str, Any], name: str, *inner: str) -> dict[str, Any]:
    """Return `body` with a limit of a few tokens, unless its own is shorter, or is nonsense that has to be refused."""
    said = body.get(name)
    if inner:
        return (
            body | {name: shortened(said or {}, *inner)} if isinstance(said, dict | None) else body
        )
    long = said is None or (isinstance(said, int | float) and said > SHORT)
    return body | {name: SHORT} if long else body


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
FIELDS = (
    *(
        "model",
        "messages",
        "prompt",
        "input",
        "query",
        "items",
        "stream",
        "n",
        "max_tokens",
        "stop",
    ),
    *("tools", "tool_choice", "response_format", "metadata", "logit_bias", "seed", "store", "user"),
    *("model_id", "provider_id", "model_type", "dimensions", "encoding_format", "stream_options"),
)
VALUES = JSON_VALUES | st.sampled_from(
    ("engine", "encoder", "remote/chat", "runner", [{"role": "user", "content": "x"}])
)
REQUESTS = st.dictionaries(st.sampled_from(FIELDS), VALUES).map(lambda x: json.dumps(x).encode())
PATHS = ("chat/completions", "completions", "embeddings", "rerank", "models")


@pytest.mark.parametrize("path", PATHS)
@settings(BOUNDED, max_examples=100)
@hypothesis.given(body=REQUESTS | st.binary(max_size=200))
def test_any_bytes_get_a_clear_answer(one_fleet, path, body):
    """Whatever comes in, a bug of ours must not answer it: all that is wrong is said as the caller's mistake."""
    answer = one_fleet.call("POST", f"/v1/{path}", body)

    assert answer.status < 500, (answer.status, answer.body)
    if answer.status >= 400:
        assert json.loads(answer.body)["error"]["message"]
