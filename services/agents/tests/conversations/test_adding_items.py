"""What comes of the ids that callers send, and of items that are elsewhere already."""

import re

import pytest

from fleet.agents.v1 import messages as m
from fleet_runtime.errors import FleetError

pytestmark = pytest.mark.slow

KNOWN = f"msg_{'1' * 48}"


async def refused(call):
    with pytest.raises(FleetError) as caught:
        await call
    return caught.value.status, caught.value.param


async def test_an_item_that_is_there_already_is_refused_and_nothing_is_added(api, said, texts):
    """All or none; the error names the item."""
    made = await api.create(said("0"))
    there = (await api.list(made.id)).data[0]
    adding = api.add(made.id, said("1"), said("again", id=there.id))

    assert (400, "items[1].id") == await refused(adding)
    assert ["0"] == texts((await api.list(made.id)).data)


async def test_an_item_of_another_conversation_is_copied(api, said, texts):
    """As with OpenAI: what is sent besides its id does not count."""
    source = await api.create(said("the original"))
    item = (await api.list(source.id)).data[0]
    made = await api.create(said("not looked at", id=item.id))
    third = await api.create()
    copied = await api.add(third.id, m.Item(type="item_reference", id=item.id))

    assert [item] == (await api.list(made.id)).data == copied.data
    await api.delete(source.id)
    assert ["the original"] == texts((await api.list(third.id)).data)


async def test_a_bare_id_is_a_reference(api, said):
    """OpenAI's `item_reference` may leave its type out."""
    source = await api.create(said("the original"))
    item = (await api.list(source.id)).data[0]
    made = await api.create(m.Item(id=item.id))

    assert [item] == (await api.list(made.id)).data


async def test_the_same_item_twice_in_one_call_is_refused(api, said):
    """It cannot be in two places."""
    source = await api.create(said("the original"))
    item = (await api.list(source.id)).data[0]
    reference = m.Item(type="item_reference", id=item.id)

    assert (400, "items[1].id") == await refused(api.create(reference, reference))


async def test_a_reference_to_nothing_is_refused(api):
    """There is nothing to keep."""
    adding = api.create(m.Item(type="item_reference", id=KNOWN))

    assert (400, "items[0].id") == await refused(adding)


async def test_ids_that_nobody_knows_are_replaced(api, said):
    """As with OpenAI: two callers may have thought of the same one."""
    made = await api.create(said("0", id=KNOWN), said("1", id=KNOWN))
    ids = {item.id for item in (await api.list(made.id)).data}

    assert 2 == len(ids - {KNOWN})
    assert all(re.fullmatch("msg_[0-9a-f]{48}", name) for name in ids)


async def test_a_response_may_append_the_same_twice(api, store, database, said, texts):
    """After a crash nobody knows whether it had."""
    made = await api.create(said("0"))

    def output(number, text):
        part = m.Part(type="output_text", text=text)
        return m.Item(type="message", id=f"msg_{number}", role="assistant", content=[part])

    for items in ([output(1, "1")], [output(1, "no"), output(2, "2")], [output(2, "no")]):
        async with database.begin() as connection:
            await store.append(connection, made.id, items)
    await api.add(made.id, said("3"))

    assert list("0123") == texts(await store.items(made.id))


async def test_a_transaction_that_fails_appends_nothing(api, store, database, said, texts):
    """What a response says and what its conversation holds are written together."""
    made = await api.create(said("0"))

    async def fail():
        async with database.begin() as connection:
            await store.append(connection, made.id, [said("1", id="msg_1")])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    assert ["0"] == texts(await store.items(made.id))


async def test_a_response_learns_that_its_conversation_is_gone(store, database, said):
    """By the field of its own request."""

    async def append():
        async with database.begin() as connection:
            await store.append(connection, "conv_none", [said("1", id="msg_1")])

    for call in (append(), store.items("conv_none")):
        assert (404, "conversation") == await refused(call)
