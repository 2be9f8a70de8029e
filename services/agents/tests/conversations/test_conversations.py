"""Conversations: made, changed, deleted, and their items in order."""

import asyncio
import re
import time
from statistics import median

import pytest
import sqlalchemy as sa

from fleet.agents.v1 import messages as m
from fleet_agents.conversations.tables import ITEMS
from fleet_runtime.errors import FleetError

pytestmark = pytest.mark.slow

HEX = "[0-9a-f]{48}"


async def test_a_conversation_comes_back_as_it_was(api, said):
    """The plainest use there is."""
    made = await api.create(said("hello"), metadata={"topic": "greetings"})

    assert re.fullmatch(f"conv_{HEX}", made.id)
    assert {"topic": "greetings"} == made.metadata
    assert abs(time.time() - made.created_at) < 60
    assert made == await api.get(made.id)


async def test_metadata_is_replaced_whole(api):
    """As with OpenAI: what is left out is gone."""
    made = await api.create(metadata={"a": "1", "b": "2"})
    changed = await api.update(made.id, {"b": "3"})

    assert {"b": "3"} == changed.metadata
    assert changed == await api.get(made.id)


@pytest.mark.parametrize(
    ("metadata", "param"),
    [
        ({"k" * 65: "v"}, "metadata"),
        ({"": "v"}, "metadata"),
        ({"k": "v" * 513}, "metadata.k"),
        ({str(number): "v" for number in range(17)}, "metadata"),
    ],
)
async def test_metadata_has_bounds(api, metadata, param):
    """OpenAI's, on making and on changing."""
    made = await api.create(metadata={"k" * 64: "v" * 512})
    for call in (api.create(metadata=metadata), api.update(made.id, metadata)):
        with pytest.raises(FleetError) as caught:
            await call

        assert (400, param) == (caught.value.status, caught.value.param)


async def test_items_are_listed_newest_first_and_page_by_page(api, said, texts):
    """Each once, from where the last page ended."""
    made = await api.create(*[said(str(number)) for number in range(3)])
    await api.add(made.id, said("3"), said("4"))
    first = await api.list(made.id, limit=2)
    second = await api.list(made.id, limit=2, after=first.last_id)
    last = await api.list(made.id, limit=2, after=second.last_id)

    assert (["4", "3"], True) == (texts(first.data), first.has_more)
    assert (first.data[0].id, first.data[1].id) == (first.first_id, first.last_id)
    assert (["2", "1"], True) == (texts(second.data), second.has_more)
    assert (["0"], False) == (texts(last.data), last.has_more)
    assert list("01234") == texts((await api.list(made.id, order="asc")).data)


async def test_an_unknown_cursor_is_refused(api, said):
    """Also that of an item which is elsewhere."""
    other = await api.create(said("elsewhere"))
    cursor = (await api.list(other.id)).last_id
    made = await api.create(said("here"))
    with pytest.raises(FleetError) as caught:
        await api.list(made.id, after=cursor)

    assert (400, "after") == (caught.value.status, caught.value.param)


async def test_an_item_is_got_and_deleted(api, said, texts):
    """The rest stays in order."""
    made = await api.create(said("0"), said("1"), said("2"))
    middle = (await api.list(made.id)).data[1]

    assert middle == await api.item(made.id, middle.id)
    assert made == await api.remove(made.id, middle.id)
    assert ["2", "0"] == texts((await api.list(made.id)).data)


async def test_a_deleted_conversation_takes_its_items_along(api, said):
    """Nobody can read or copy them any more."""
    made = await api.create(said("secret"))
    item_id = (await api.list(made.id)).last_id
    gone = await api.delete(made.id)
    other = await api.create()

    assert (made.id, True) == (gone.id, gone.deleted)
    with pytest.raises(FleetError) as caught:
        await api.add(other.id, m.Item(type="item_reference", id=item_id))
    assert "item_not_found" == caught.value.code


async def test_what_is_not_there_is_404_everywhere(api, said):
    """By a code that tells a lost conversation from a lost item."""
    made = await api.create(said("hello"))
    none = "conv_none"
    for call in (
        api.get(none),
        api.update(none, {}),
        api.delete(none),
        api.add(none, said("hello")),
        api.list(none),
        api.item(none, "msg_none"),
        api.remove(none, "msg_none"),
    ):
        with pytest.raises(FleetError, match=none) as caught:
            await call
        told = (caught.value.status, caught.value.code, caught.value.param)
        assert (404, "conversation_not_found", "conversation_id") == told
    for call in (api.item(made.id, "msg_none"), api.remove(made.id, "msg_none")):
        with pytest.raises(FleetError, match="msg_none") as caught:
            await call
        told = (caught.value.status, caught.value.code, caught.value.param)
        assert (404, "item_not_found", "item_id") == told


async def test_who_adds_at_the_same_time_does_not_come_between(api, store, said, texts):
    """Items of one call stay together, and none is lost."""
    made = await api.create()

    async def write(writer):
        for turn in range(5):
            await api.add(made.id, *[said(f"{writer} {turn} {place}") for place in range(3)])

    await asyncio.gather(*map(write, range(8)))
    found = texts(await store.items(made.id))

    assert 120 == len(found)
    for start in range(0, 120, 3):
        head = found[start].rpartition(" ")[0]
        assert [f"{head} {place}" for place in range(3)] == found[start : start + 3]
    for writer in range(8):
        own = [text for text in found if text.startswith(f"{writer} ")]
        assert sorted(own) == own


async def test_adding_and_deleting_at_once_leaves_nothing(api, said, database):
    """Items without a conversation would stay for ever."""
    for _ in range(5):
        made = await api.create(said("0"))
        calls = [api.add(made.id, said("1")), api.delete(made.id), api.add(made.id, said("2"))]
        await asyncio.gather(*calls, return_exceptions=True)

    async with database.begin() as connection:
        left = sa.select(sa.func.count()).select_from(ITEMS)
        assert 0 == await connection.scalar(left)


async def test_a_long_conversation_is_as_quick_at_its_end(store, database, api, texts):
    """Pages cost the same wherever they begin, and 10,000 items come once each."""
    made = await api.create()
    async with database.begin() as connection:
        await store.append(connection, made.id, [numbered(number) for number in range(10_000)])
    found, seconds, after = [], [], None
    for _ in range(100):
        began = time.perf_counter()
        page = await api.list(made.id, limit=100, order="asc", after=after)
        seconds.append(time.perf_counter() - began)
        found, after = found + texts(page.data), page.last_id

    assert not page.has_more
    assert [str(number) for number in range(10_000)] == found
    early, late = median(seconds[5:25]), median(seconds[-20:])
    assert late < 3 * early + 0.005, (early, late)


def numbered(number):
    part = m.Part(type="input_text", text=str(number))
    return m.Item(type="message", id=f"msg_{number:048x}", role="user", content=[part])
