"""Batches as callers see them, before and while they are worked on."""

import asyncio

import pytest

from fleet.batches.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.errors import FleetError
from fleet_testing.batches_neighbours import chat_line, jsonl

CHAT = "/v1/chat/completions"
HELD = chat_line("a", "hi", "held")
only_postgres = pytest.mark.parametrize("url", ["postgresql"], indirect=True)


async def refused(call):
    with pytest.raises(FleetError) as caught:
        await call
    return caught.value.status, caught.value.code, caught.value.param


async def test_a_batch_has_what_openai_has(batches, neighbours):
    """Every field, nulls too."""
    file_id = neighbours.files.keep(jsonl([HELD]))
    body = {
        "input_file_id": file_id,
        "endpoint": CHAT,
        "completion_window": "24h",
        "metadata": {"team": "owls"},
    }
    created = (await batches.rest("CreateBatch", "/v1/batches", body)).json
    at = created["created_at"]

    assert {
        "id": created["id"],
        "object": "batch",
        "endpoint": CHAT,
        "model": None,
        "errors": None,
        "input_file_id": file_id,
        "completion_window": "24h",
        "status": "validating",
        "output_file_id": None,
        "error_file_id": None,
        "created_at": at,
        "in_progress_at": None,
        "expires_at": at + 24 * 3600,
        "finalizing_at": None,
        "completed_at": None,
        "failed_at": None,
        "expired_at": None,
        "cancelling_at": None,
        "cancelled_at": None,
        "request_counts": {"total": 0, "completed": 0, "failed": 0},
        "usage": {
            "input_tokens": 0,
            "input_tokens_details": {"cached_tokens": 0},
            "output_tokens": 0,
            "output_tokens_details": {"reasoning_tokens": 0},
            "total_tokens": 0,
        },
        "metadata": {"team": "owls"},
    } == created


async def test_it_tells_how_far_it_is(batches, neighbours, until):
    """While lines are answered, and when each of its states began."""
    batch = await batches.create(HELD, chat_line("b", "x"), chat_line("c", "y"))
    await until(lambda: neighbours.model.answered.total() == 2)
    seen = await batches.counted(batch, 2)
    neighbours.model.gate.set()
    batch = await batches.ended(batch)

    assert ("in_progress", 3, None) == (
        seen.status,
        seen.request_counts.total,
        seen.output_file_id,
    )
    assert ("completed", 3) == (batch.status, batch.request_counts.completed)
    assert batch.created_at <= batch.in_progress_at <= batch.finalizing_at <= batch.completed_at
    assert batch.output_file_id
    assert (None, None) == (batch.error_file_id, batch.errors)


async def test_lists_come_page_by_page(batches):
    """Newest first, and on from the last one."""
    made = [(await batches.create(HELD)).id for _ in range(3)]
    first = await batches.list(limit=2)
    second = await batches.list(limit=2, after=first.last_id)

    assert made[:0:-1] == [batch.id for batch in first.data]
    assert (True, made[2], made[1]) == (first.has_more, first.first_id, first.last_id)
    assert ([made[0]], False) == ([batch.id for batch in second.data], second.has_more)
    assert (400, "unknown_cursor", "after") == await refused(batches.list(after="batch_x"))


@only_postgres
async def test_an_empty_list_has_no_ends(batches):
    """As Llama Stack writes it."""
    answer = (await batches.rest("ListBatches", "/v1/batches")).json

    assert {
        "object": "list",
        "data": [],
        "first_id": None,
        "last_id": None,
        "has_more": False,
    } == answer


async def test_a_request_sent_again_gets_the_same_batch(batches, neighbours):
    """Also by several at once; one that asks for something else is refused."""
    file_id = neighbours.files.keep(jsonl([HELD]))
    request = m.CreateBatchRequest(
        input_file_id=file_id,
        endpoint=CHAT,
        completion_window="24h",
        metadata={"a": "1", "b": "2"},
        idempotency_key="once",
    )
    again = m.CreateBatchRequest(
        input_file_id=file_id,
        endpoint=CHAT,
        completion_window="24h",
        metadata={"b": "2", "a": "1"},
        idempotency_key="once",
    )
    other = m.CreateBatchRequest(
        input_file_id=file_id, endpoint=CHAT, completion_window="12h", idempotency_key="once"
    )
    sent = [batches.service.create_batch(each, Call("/m")) for each in [request, again] * 4]
    made = {batch.id for batch in await asyncio.gather(*sent)}

    assert made == {batch.id for batch in (await batches.list()).data}
    assert 1 == len(made)
    assert (409, "idempotency_key_reused", "idempotency_key") == await refused(
        batches.service.create_batch(other, Call("/m"))
    )


@only_postgres
@pytest.mark.parametrize(
    ("fields", "param"),
    [
        ({"window": "soon"}, "completion_window"),
        ({"window": "0h"}, "completion_window"),
        ({"window": "8d"}, "completion_window"),
        ({"endpoint": "/v1/moderations"}, "endpoint"),
        ({"metadata_": {"k": "x" * 513}}, "metadata.k"),
        ({"metadata_": {str(n): "" for n in range(17)}}, "metadata"),
        ({"idempotency_key": ""}, "idempotency_key"),
    ],
)
async def test_what_cannot_be_is_refused_at_once(batches, fields, param):
    """With the field that is wrong."""
    body = {
        "input_file_id": "file-1",
        "endpoint": fields.pop("endpoint", CHAT),
        "completion_window": fields.pop("window", "24h"),
    }
    if "metadata_" in fields:
        fields["metadata"] = fields.pop("metadata_")
    answer = await batches.rest("CreateBatch", "/v1/batches", body | fields)

    assert ("invalid_value", param) == (answer.error["code"], answer.error["param"])
    assert [] == (await batches.list()).data


@only_postgres
async def test_a_fleet_may_make_no_responses(starts):
    """Then their batches are refused at once."""
    async with starts(agents=None) as batches:
        found = await refused(batches.create(endpoint="/v1/responses"))

    assert (501, "service_not_configured", "endpoint") == found


@only_postgres
async def test_not_everybody_can_wait(starts):
    """A bound on the queue, told as one that may pass."""
    async with starts(limits={"most_waiting": 2}) as batches:
        await batches.create(HELD)
        await batches.create(HELD)
        found = await refused(batches.create(HELD))

    assert (429, "batch_queue_full", None) == found


@only_postgres
@pytest.mark.parametrize("what", ["get", "cancel"])
async def test_a_batch_that_is_not_there_is_not_found(batches, what):
    """With the name of the field."""
    assert (404, "batch_not_found", "batch_id") == await refused(getattr(batches, what)("batch_x"))
