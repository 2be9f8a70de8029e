"""What is asked for each line, and what is written of it."""

import json
import time

import pytest

from fleet.batches.v1 import messages as m
from fleet_runtime.errors import InvalidArgument, ResourceExhausted, Unavailable
from fleet_testing.batches_neighbours import chat_line, line, refusing

pytestmark = pytest.mark.slow

only_postgres = pytest.mark.parametrize("url", ["postgresql"], indirect=True)


async def test_each_line_is_answered_once_in_its_order(batches, neighbours, some_lines):
    """Whichever ends first; with the ids by which it can be found in logs."""
    batch = await batches.run(*some_lines(40))
    name = batch.id.removeprefix("batch_")
    output = batches.output(batch)

    assert ("completed", None, "chat") == (batch.status, batch.error_file_id, batch.model)
    assert [f"n{n}" for n in range(40)] == [each["custom_id"] for each in output]
    assert {f"hello {n}": 1 for n in range(40)} == neighbours.model.begun
    assert {"id", "custom_id", "response", "error"} == output[0].keys()
    assert (f"batch_req_{name}_1", None) == (output[0]["id"], output[0]["error"])
    assert (200, f"req_{name}_1") == (
        output[0]["response"]["status_code"],
        output[0]["response"]["request_id"],
    )
    assert "hello 0" == output[0]["response"]["body"]["choices"][0]["message"]["content"]
    assert (40, 40, 0) == (
        batch.request_counts.total,
        batch.request_counts.completed,
        batch.request_counts.failed,
    )


@only_postgres
@pytest.mark.parametrize(
    ("to", "kind", "tokens"),
    [
        (("/v1/chat/completions", chat_line("", "hi")["body"]), "chat.completion", (10, 4, 6, 2)),
        (("/v1/completions", {"model": "chat", "prompt": "hi"}), "text_completion", (10, 4, 6, 2)),
        (("/v1/embeddings", {"model": "chat", "input": "hi"}), "list", (7, 0, 0, 0)),
        (("/v1/responses", {"model": "chat", "input": "hi"}), "response", (5, 2, 3, 1)),
    ],
)
async def test_lines_go_to_their_endpoint(batches, neighbours, to, kind, tokens):
    """With what the contract does not know, where model servers may; and cost is added up."""
    endpoint, body = to
    batch = await batches.run(
        *(line(n, endpoint, body | {"odd": 1}) for n in "ab"), endpoint=endpoint
    )
    answer = batches.output(batch)[1]["response"]["body"]
    usage = batch.usage

    assert kind == answer["object"]
    assert tuple(2 * each for each in tokens) == (
        usage.input_tokens,
        usage.input_tokens_details.cached_tokens,
        usage.output_tokens,
        usage.output_tokens_details.reasoning_tokens,
    )
    assert usage.total_tokens == usage.input_tokens + usage.output_tokens
    if endpoint != "/v1/responses":  # its contract drops what it does not know
        assert b"1" == bytes(neighbours.model.received[0].extra["odd"])


@only_postgres
async def test_failures_keep_their_status_and_body(batches, neighbours):
    """In the error file, as a caller would have got them."""
    error = InvalidArgument("No.", code="odd_request", param="messages[0]")
    neighbours.model.refuse = refusing("bad", error)

    batch = await batches.run(chat_line("a", "good"), chat_line("b", "bad"), chat_line("c", "good"))
    (failed,) = batches.errors(batch)

    assert ("completed", 2, 1) == (
        batch.status,
        batch.request_counts.completed,
        batch.request_counts.failed,
    )
    assert ["a", "c"] == [each["custom_id"] for each in batches.output(batch)]
    assert ("b", None) == (failed["custom_id"], failed["error"])
    assert {
        "status_code": 400,
        "request_id": f"req_{batch.id.removeprefix('batch_')}_2",
        "body": {
            "error": {
                "message": "No.",
                "type": "invalid_request_error",
                "param": "messages[0]",
                "code": "odd_request",
            }
        },
    } == failed["response"]


@only_postgres
@pytest.mark.parametrize("error", [ResourceExhausted("Busy."), Unavailable("Away.")])
async def test_what_was_refused_for_now_is_asked_again(batches, neighbours, error):
    """As often as it takes, after the pause that the model server asks for."""
    error.retry_after = 0.05
    neighbours.model.refuse = refusing("busy", error, times=3)

    batch = await batches.run(chat_line("a", "busy"), chat_line("b", "busy too"))

    assert (2, 0) == (batch.request_counts.completed, batch.request_counts.failed)
    assert 2 * 4 <= neighbours.model.begun.total()


@only_postgres
async def test_it_is_not_asked_for_ever(starts, neighbours):
    """After a while the refusal is what came of the line."""
    neighbours.model.refuse = refusing("", ResourceExhausted("Busy.", code="busy"))

    async with starts(retry_seconds=1.0) as batches:
        begun = time.monotonic()
        batch = await batches.run(chat_line("a", "hi"))
        (failed,) = batches.errors(batch)

    assert 429 == failed["response"]["status_code"]
    assert 2 == neighbours.model.begun["hi"]  # again after half a second, and not after one more
    assert time.monotonic() - begun < 10


@only_postgres
async def test_no_answer_is_waited_for_for_ever(starts, neighbours):
    """Each call has a deadline, and that it passed is written as OpenAI does."""
    async with starts(request_seconds=0.3) as batches:
        batch = await batches.run(chat_line("a", "hi", "held"), chat_line("b", "hi"))
        (failed,) = batches.errors(batch)

    assert (None, "request_timeout") == (failed["response"], failed["error"]["code"])
    assert ["b"] == [each["custom_id"] for each in batches.output(batch)]
    assert 1 == batch.request_counts.failed
    assert all(call.seconds_left() is not None for call in neighbours.model.calls)


@only_postgres
async def test_lines_are_asked_with_the_callers_keys(batches, neighbours, queue, database):
    """Which are kept as long as the batch is worked on, and no longer; each has a request id of its own."""
    data = json.dumps({"openai_api_key": "sk-1"})
    sent = (("x-llamastack-provider-data", data), ("x-request-id", "mine"))

    batch = await batches.run(chat_line("a", "x"), chat_line("b", "y"), metadata=sent)
    calls = neighbours.model.calls

    assert [{"openai_api_key": "sk-1"}] * 2 == [call.provider_data() for call in calls]
    assert {each["response"]["request_id"] for each in batches.output(batch)} == {
        call.header("x-request-id") for call in calls
    }
    async with database.begin() as connection:
        assert not await queue.is_full(connection, 1)


@only_postgres
async def test_so_many_lines_of_a_batch_are_asked_at_once(starts, neighbours, some_lines):
    """And so many of a model, all batches together."""
    neighbours.model.pause = 0.03
    bounds = {
        "max_concurrent_requests_per_batch": 4,
        "max_concurrent_requests_per_model": 6,
    }
    async with starts(**bounds) as batches:
        alone = await batches.run(*some_lines(20))
        most_alone = neighbours.model.most["chat"]
        both = [await batches.create(*some_lines(20, "other")) for _ in range(2)]
        for batch in both:
            await batches.ended(batch)

    assert 20 == alone.request_counts.completed
    assert (4, 6) == (most_alone, neighbours.model.most["other"])


@only_postgres
async def test_batches_are_worked_on_beside_each_other(starts, neighbours, until):
    """One that waits for a model holds up no other."""
    async with starts() as batches:
        waits = await batches.create(chat_line("a", "slow", "held"))
        await until(lambda: neighbours.model.begun["slow"])
        quick = await batches.run(chat_line("a", "quick"))
        neighbours.model.gate.set()
        waits = await batches.ended(waits)

    assert ("completed", "completed") == (quick.status, waits.status)


@only_postgres
async def test_several_models_make_no_model_of_a_batch(batches):
    """Such a batch is fine all the same."""
    batch = await batches.run(chat_line("a", "x"), chat_line("b", "y", "other"))

    assert ("completed", None) == (batch.status, batch.model)
    assert ["chat", "other"] == [
        each["response"]["body"]["model"] for each in batches.output(batch)
    ]


@only_postgres
async def test_files_say_what_they_are(batches, neighbours):
    """And are kept as long as the caller wants."""
    after = m.OutputExpiresAfter(anchor="created_at", seconds=7200)
    batch = await batches.run(chat_line("a", "x"), output_expires_after=after)
    told = neighbours.files.told[batch.output_file_id]

    assert (f"{batch.id}_output.jsonl", "application/jsonl", 7200) == (
        told.filename,
        told.content_type,
        told.expires_after.seconds,
    )


@only_postgres
async def test_files_that_are_away_are_waited_for(batches, neighbours, some_lines):
    """Nothing is asked again meanwhile."""
    neighbours.files.errors = [Unavailable("Away.")]
    first = await batches.run(*some_lines(3))
    neighbours.model.begun.clear()
    neighbours.model.pause = 0.05
    second = await batches.create(*some_lines(3))
    await batches.reached(second, "in_progress")
    neighbours.files.errors = [Unavailable("Away.", retry_after=0.1)] * 2
    second = await batches.ended(second)

    assert ("completed", "completed") == (first.status, second.status)
    assert {f"hello {n}": 1 for n in range(3)} == neighbours.model.begun
