"""Inputs that cannot be answered: every bad line is named, and nothing is asked."""

import json

import pytest

from fleet_runtime.errors import Unavailable
from fleet_testing.batches_neighbours import chat_line, jsonl, line

CHAT = "/v1/chat/completions"
GOOD = chat_line("good", "hi")
only_postgres = pytest.mark.parametrize("url", ["postgresql"], indirect=True)


def told(batch):
    return [(error.line, error.code, error.param) for error in batch.errors.data]


def text(*lines):
    """Return the bytes of a file: texts as they are, all else as JSON."""
    parts = (each if isinstance(each, str) else json.dumps(each) for each in lines)
    return "".join(f"{part}\n" for part in parts).encode()


async def test_every_bad_line_is_named(batches, neighbours):
    """By its place in the file, blank lines counted, with the field that is wrong."""
    neighbours.model.unknown = {"nobody"}
    body = GOOD["body"]
    data = text(
        GOOD,
        "",
        "{",
        "[]",
        {"method": "POST", "url": CHAT, "body": body},
        {"custom_id": 7, "method": "POST", "url": CHAT, "body": body},
        line("g", CHAT, body) | {"method": "GET"},
        line("h", "/v1/embeddings", body),
        line("i", CHAT, []),
        line("j", CHAT, {"model": "chat"}),
        line("k", CHAT, body | {"messages": [{"role": "owl", "content": "hu"}]}),
        line("l", CHAT, body | {"stream": True}),
        line("m", CHAT, body | {"temperature": 7}),
        chat_line("n", "hi", "nobody"),
        line("good", CHAT, body),
        line("", CHAT, body),
    )
    batch = await batches.run(data=data)

    assert "failed" == batch.status
    assert [
        (3, "invalid_json_line", None),
        (4, "invalid_value", None),
        (5, "missing_required_parameter", "custom_id"),
        (6, "invalid_value", "custom_id"),
        (7, "invalid_value", "method"),
        (8, "invalid_url", "url"),
        (9, "invalid_value", "body"),
        (10, "missing_required_parameter", "body.messages"),
        (11, "invalid_value", "body.messages[0].role"),
        (12, "streaming_unsupported", "body.stream"),
        (13, "invalid_value", "body.temperature"),
        (14, "model_not_found", "body.model"),
        (15, "duplicate_custom_id", "custom_id"),
        (16, "invalid_value", "custom_id"),
    ] == told(batch)
    assert not neighbours.model.begun
    assert (None, None, 0) == (
        batch.output_file_id,
        batch.error_file_id,
        batch.request_counts.total,
    )
    assert batch.failed_at
    assert all(error.message for error in batch.errors.data)


@only_postgres
async def test_a_list_shows_some_of_many_errors(batches):
    """A page of batches must not be as large as their inputs."""
    batch = await batches.run(data=b"{\n" * 250)
    (listed,) = (await batches.list()).data

    assert list(range(1, 251)) == [error.line for error in batch.errors.data]
    assert list(range(1, 101)) == [error.line for error in listed.errors.data]


@only_postgres
@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", (None, "empty_file", "input_file_id")),
        (b"\n \n", (None, "empty_file", "input_file_id")),
        (
            text(*(chat_line(str(n), "hi") for n in range(5))),
            (None, "too_many_requests", "input_file_id"),
        ),
        (text(chat_line("a", "x" * 3000)), (None, "file_too_large", "input_file_id")),
        (text(GOOD, chat_line("a", "x" * 900), chat_line("b", "y")), (2, "line_too_long", None)),
        (text(GOOD)[:-1] + b"\xff\n", (1, "invalid_json_line", None)),
        (b"\xef\xbb\xbf" + text(GOOD), (1, "invalid_json_line", None)),
    ],
    ids=["nothing", "blank", "many", "large", "long", "latin", "bom"],
)
async def test_inputs_have_limits(starts, neighbours, data, error):
    """In lines, bytes and characters."""
    limits = {"most_lines": 4, "most_bytes": 2500, "most_line_bytes": 950}
    async with starts(limits=limits) as batches:
        batch = await batches.run(data=data)

    assert ("failed", [error]) == (batch.status, told(batch))
    assert not neighbours.model.begun


@only_postgres
async def test_an_input_at_its_limits_is_good(starts):
    """The last line may come without an end; others may end as Windows has it."""
    lines = [chat_line(str(n), "hi") for n in range(4)]
    data = jsonl(lines).replace(b"\n", b"\r\n")[:-2]
    limits = {
        "most_lines": 4,
        "most_bytes": len(data),
        "most_line_bytes": max(len(each) for each in data.splitlines(keepends=True)),
    }
    async with starts(limits=limits) as batches:
        batch = await batches.run(data=data)

    assert ("completed", 4) == (batch.status, batch.request_counts.completed)


@only_postgres
async def test_the_input_must_be_there(batches, neighbours):
    """As at Llama Stack, that shows by the batch, not by the call that creates it."""
    batch = await batches.create(GOOD)
    neighbours.files.kept.clear()
    neighbours.files.errors = [Unavailable("Away.", retry_after=0.01)]
    batch = await batches.ended(batch)

    assert ("failed", [(None, "file_not_found", "input_file_id")]) == (batch.status, told(batch))


@only_postgres
async def test_responses_are_waited_for(batches):
    """A line that is answered in the background would have no answer."""
    body = {"model": "chat", "input": "hi", "background": True}
    batch = await batches.run(line("a", "/v1/responses", body), endpoint="/v1/responses")

    assert [(1, "background_unsupported", "body.background")] == told(batch)
