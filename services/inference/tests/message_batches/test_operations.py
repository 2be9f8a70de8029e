"""What callers may say of batches, and the lists of them."""

import pytest

from fleet.inference.v1 import messages as m
from fleet_inference.dialects.anthropic import MessageBatches
from fleet_inference.dialects.anthropic.batch_tables import Batch
from fleet_runtime.call import Call
from fleet_runtime.errors import InvalidArgument, Unimplemented
from fleet_testing.batch_client import ask, batch_of
from fleet_testing.calls import grpc_call


async def listed(store, **fields):
    page = await MessageBatches(store).list_message_batches(
        m.ListMessageBatchesRequest(**fields), Call("x")
    )
    return [batch.id for batch in page.data], page.has_more


async def test_batches_are_listed_newest_first(store):
    """In pages, in both directions."""
    for number in range(5):
        await store.create(Batch(f"b{number}", number, number, 1), [("a", "{}")])

    assert (["b4", "b3", "b2", "b1", "b0"], False) == await listed(store)
    assert (["b4", "b3"], True) == await listed(store, limit=2)
    assert (["b2", "b1"], True) == await listed(store, limit=2, after_id="b3")
    assert (["b0"], False) == await listed(store, limit=2, after_id="b1")
    assert (["b2", "b1"], True) == await listed(store, limit=2, before_id="b0")
    assert (["b4", "b3"], False) == await listed(store, limit=2, before_id="b2")
    assert 5 == len((await listed(store, limit=1000))[0])


@pytest.mark.parametrize(
    ("fields", "param", "words"),
    [
        ({"after_id": "nope"}, "after_id", "'after_id'"),
        ({"before_id": "nope"}, "before_id", "'before_id'"),
        ({"after_id": "a", "before_id": "b"}, "before_id", "'after_id' or 'before_id'"),
        ({"limit": 1001}, "limit", "1000"),
    ],
)
async def test_what_is_wrong_with_a_page_is_said_in_the_callers_words(store, fields, param, words):
    """Anthropic's names of cursors are not ours."""
    with pytest.raises(InvalidArgument, match=words) as caught:
        await listed(store, **fields)

    assert param == caught.value.param


@pytest.mark.parametrize("names", [["a", "a"], ["a", "b c"], ["ü"]])
async def test_requests_have_names_of_their_own(names, store):
    """Results are found by them."""
    requests = [m.MessageBatchRequest(custom_id=name, params=ask("hi")) for name in names]
    with pytest.raises(InvalidArgument, match="cannot name a request"):
        await MessageBatches(store).create_message_batch(
            *grpc_call(m.CreateMessageBatchRequest(requests=requests))
        )

    assert ([], False) == await listed(store)


async def test_without_a_store_there_are_no_batches():
    """Nothing would be left of them after a restart."""
    with pytest.raises(Unimplemented, match="'store'"):
        await MessageBatches(None).create_message_batch(*grpc_call(batch_of(a=ask("hi"))))
