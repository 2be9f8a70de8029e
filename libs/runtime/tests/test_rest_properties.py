"""Whatever a caller sends, the REST face answers; it never breaks."""

import grpc
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fleet.inference.v1.operations import (
    CREATE_CHAT_COMPLETION,
    CREATE_COMPLETION,
    CREATE_EMBEDDING,
    LIST_CHAT_COMPLETIONS,
    RERANK,
    UPDATE_CHAT_COMPLETION,
)
from fleet_runtime.errors import Unimplemented

pytestmark = pytest.mark.slow

OPERATIONS = [
    CREATE_CHAT_COMPLETION,
    CREATE_COMPLETION,
    CREATE_EMBEDDING,
    LIST_CHAT_COMPLETIONS,
    RERANK,
    UPDATE_CHAT_COMPLETION,
]
# That a request was read, and refused or not, but nothing broke.
FINE = {grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.UNIMPLEMENTED}

names = st.sampled_from(
    [
        "model",
        "messages",
        "role",
        "content",
        "type",
        "text",
        "input",
        "prompt",
        "query",
        "items",
        "tools",
        "function",
        "parameters",
        "stop",
        "metadata",
        "tool_choice",
        "fleet.extra",
        "extra",
        "stream",
        "limit",
        "order",
        "logit_bias",
        "response_format",
        "json_schema",
        "schema",
    ]
)
scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | names
documents = st.recursive(
    scalars,
    lambda inner: st.lists(inner) | st.dictionaries(names | st.text(), inner),
    max_leaves=15,
)
# What most operations need at least, so that reading goes on to the rest.
likely = st.builds(
    lambda more: {"model": "m", "messages": [{"role": "user"}], "prompt": "p", "input": "i"} | more,
    st.dictionaries(names, documents),
)
queries = st.lists(
    st.tuples(names, st.sampled_from(["", "[]", "[k]", "[", "]", "[]]"]), st.text("aü%&=+1/?#")),
).map(lambda parts: "&".join(f"{name}{bracket}={value}" for name, bracket, value in parts))

quietly = settings(
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.rpc)
@quietly
@given(body=st.binary())
async def test_any_bytes_are_answered(rest, inference, operation, body):
    """A body need not be JSON, nor UTF-8."""
    inference.fails(Unimplemented("read"))

    assert (await rest(operation.rpc, body, path="/v1/chat/completions/x")).code in FINE


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.rpc)
@quietly
@given(body=documents | likely)
async def test_any_json_is_answered(rest, inference, operation, body):
    """Any value may stand at any place."""
    inference.fails(Unimplemented("read"))

    assert (await rest(operation.rpc, body, path="/v1/chat/completions/x")).code in FINE


@quietly
@given(query=queries)
async def test_any_query_is_answered(rest, inference, query):
    """Brackets, escapes and repetitions included."""
    inference.fails(Unimplemented("read"))
    path = "/v1/chat/completions?" + query.encode("ascii", "xmlcharrefreplace").decode()

    assert (await rest("ListChatCompletions", path=path)).code in FINE
