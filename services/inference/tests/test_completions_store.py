"""Stored chat completions, over Postgres and over SQLite."""

import asyncio
import os
import signal
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import replace
from itertools import count

import pytest
from sqlalchemy import text
from structlog.testing import capture_logs

from fleet_inference.completions_store import StoredCompletion, opened
from fleet_runtime.errors import InvalidArgument, NotFound
from fleet_runtime.postgres.embedded import EmbeddedPostgres
from fleet_runtime.store import Database, DatabaseConfig, PageRequest
from fleet_runtime.store.migrate import migrate

pytestmark = pytest.mark.slow

schemas = (f"inference_{number}" for number in count())

# What a JSON library would change: order, spaces, escapes, long numbers, doubled keys.
AWKWARD = '{"z": 1,"a":\t12345678901234567890123,"e":1.0e2,"u":"\\u00e9\\u0000\\ud83d\\ude00","é":"é","z":2}'


@contextmanager
def running_postgres(data):
    """A Postgres of our own, which may still be starting."""
    module = ["-m", "fleet_runtime.postgres.embedded", "--data", str(data)]
    with subprocess.Popen([sys.executable, *module]) as process:
        yield EmbeddedPostgres(data).url
        process.terminate()


@pytest.fixture(scope="session")
def postgres(tmp_path_factory):
    with running_postgres(tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest.fixture(params=["postgresql", "sqlite"])
async def database(request, tmp_path):
    sqlite = f"sqlite:///{tmp_path}/test.sqlite"
    url = sqlite if request.param == "sqlite" else request.getfixturevalue("postgres")
    database = Database(DatabaseConfig(url=url), next(schemas))
    await migrate(database, "fleet_inference.migrations")
    yield database
    await database.aclose()


@pytest.fixture
async def store(database):
    async with opened(database) as store:
        yield store


def completion(number=0, **changes):
    stored = StoredCompletion(
        tenant="me",
        id=f"chatcmpl-{number:04}",
        created=1_700_000_000 + number // 3,
        model="llama",
        completion="{}",
        messages='[{"role":"user","content":"hi"}]',
        metadata={},
    )
    return replace(stored, **changes)


async def saved(store, *completions):
    for each in completions:
        await store.save(each)
    await store.behind.flush()


async def ids(store, *args, tenant="me", **filters):
    page = await store.list(tenant, PageRequest(*args), **filters)
    return [stored.id[-1] for stored in page.items]


async def test_what_was_saved_is_read_byte_for_byte(store):
    """Callers compare, hash and sign what they got."""
    original = completion(
        created=2**40, completion=AWKWARD, messages=f"[{AWKWARD}]", metadata={"z": "é", "a": ""}
    )
    await saved(store, original)

    assert original == await store.get("me", original.id)
    assert list((await store.get("me", original.id)).metadata) == ["z", "a"]


async def test_list_has_the_newest_first(store):
    """As OpenAI's dashboard shows them."""
    await saved(store, *(completion(number) for number in range(5)))

    assert await ids(store, None, 2) == ["4", "3"]
    assert await ids(store, "chatcmpl-0003", 3) == ["2", "1", "0"]
    assert await ids(store, None, 2, "asc") == ["0", "1"]


async def test_list_is_filtered_by_model_and_metadata(store):
    """All pairs must match; keys and values are plain text, whatever JSON path they look like."""
    odd = '$.a."b"\\'
    await saved(
        store,
        completion(0, metadata={"team": "a", odd: odd}),
        completion(1, metadata={"team": "a"}, model="other"),
        completion(2, metadata={"team": "b", odd: "1"}),
        completion(3),
    )

    assert await ids(store, metadata={"team": "a"}) == ["1", "0"]
    assert await ids(store, metadata={"team": "a", odd: odd}) == ["0"]
    assert await ids(store, metadata={"team": "a"}, model="other") == ["1"]
    assert await ids(store, metadata={odd: "1"}) == ["2"]
    assert await ids(store, metadata={"team": "c"}) == []


async def test_cursor_need_not_match_the_filter(store):
    """The metadata of the last item of a page may change before the next page is asked for."""
    await saved(store, completion(0, metadata={"k": "v"}), completion(1, metadata={"k": "v"}))
    await store.update("me", "chatcmpl-0001", {})

    assert await ids(store, "chatcmpl-0001", metadata={"k": "v"}) == ["0"]


async def test_tenants_see_nothing_of_each_other(store):
    """The one row of the list that must never go wrong."""
    await saved(store, completion(tenant="you", completion='"yours"'), completion(1))
    theirs = "chatcmpl-0000"

    assert await ids(store) == ["1"]
    assert await ids(store, tenant="you") == ["0"]
    for attempt in (
        store.get("me", theirs),
        store.messages("me", theirs, PageRequest()),
        store.update("me", theirs, {"k": "v"}),
        store.delete("me", theirs),
    ):
        with pytest.raises(NotFound):
            await attempt
    with pytest.raises(InvalidArgument):
        await ids(store, theirs)
    assert (await store.get("you", theirs)).metadata == {}


async def test_tenants_may_have_the_same_id(store):
    """An id that somebody else took must not swallow mine."""
    await saved(store, completion(), completion(tenant="you", completion='"yours"'))

    assert (await store.get("me", "chatcmpl-0000")).completion == "{}"


async def test_messages_are_paged_and_kept_as_sent(store):
    """Images make messages large; nobody needs all of them at once."""
    await saved(store, completion(messages=f'[{AWKWARD}, "1" ,{{"n":2}}]'))
    first = await store.messages("me", "chatcmpl-0000", PageRequest(limit=2, order="asc"))
    rest = await store.messages("me", "chatcmpl-0000", PageRequest(first.items[-1].id, order="asc"))

    assert [bytes(item.message).decode() for item in first.items] == [AWKWARD, '"1"']
    assert first.has_more
    assert [item.id for item in rest.items] == ["chatcmpl-0000-2"]
    assert not rest.has_more


async def test_metadata_can_be_replaced(store):
    """The one thing that OpenAI lets callers change."""
    await saved(store, completion(completion=AWKWARD, metadata={"old": "1"}))
    changed = await store.update("me", "chatcmpl-0000", {"new": "2"})

    assert changed.metadata == {"new": "2"}
    assert changed.completion == AWKWARD
    assert await ids(store, metadata={"new": "2"}) == ["0"]


async def test_metadata_that_no_database_holds_is_refused(store):
    """Postgres has no U+0000 in text; it would fail every list that looks at this row."""
    await saved(store, completion())
    with pytest.raises(InvalidArgument, match=r"U\+0000"):
        await store.update("me", "chatcmpl-0000", {"k": "a\0b"})


async def test_deleted_is_gone(store):
    """Callers delete what they must not keep."""
    await saved(store, completion())
    await store.delete("me", "chatcmpl-0000")
    with pytest.raises(NotFound):
        await store.delete("me", "chatcmpl-0000")

    assert await ids(store) == []


async def test_all_of_many_savers_is_stored(database):
    """Nothing is lost between the queue's writers, nor when the service stops."""
    async with opened(database) as store:
        await asyncio.gather(*(store.save(completion(number)) for number in range(2000)))
    async with database.begin() as connection:
        stored = await connection.execute(text("SELECT count(DISTINCT id) FROM chat_completions"))

        assert stored.scalar_one() == 2000
    assert store.behind.lost == 0


async def test_what_is_saved_while_the_database_is_down_is_stored(tmp_path):
    """A crash of the database costs no answer and no stored completion."""
    database = Database(DatabaseConfig(url=EmbeddedPostgres(tmp_path).url), "inference")
    with running_postgres(tmp_path):
        await migrate(database, "fleet_inference.migrations")
        async with opened(database) as store:
            await saved(store, completion(0))
            pid = int((tmp_path / "cluster/postmaster.pid").read_text().split()[0])
            os.kill(pid, signal.SIGKILL)
            for number in range(1, 5):
                await store.save(completion(number))
            with running_postgres(tmp_path):
                await store.behind.flush()

                assert await ids(store) == ["4", "3", "2", "1", "0"]
                assert store.behind.lost == 0

                await database.aclose()


async def test_saving_twice_keeps_the_first(store):
    """After a lost connection a batch is written again, without knowing whether it was."""
    await saved(store, completion(completion='"first"'))
    await saved(store, completion(completion='"second"'), completion(1))

    assert (await store.get("me", "chatcmpl-0000")).completion == '"first"'
    assert await ids(store) == ["1", "0"]


@pytest.mark.parametrize("field", ["model", "metadata", "completion"])
async def test_one_that_cannot_be_stored_costs_no_other(store, field):
    """A caller's odd text must not lose other callers' completions, nor break an answer."""
    bad = "\ud800"  # half a surrogate pair, which is no character
    broken = completion(1, **{field: {"k": "\0"} if field == "metadata" else bad})
    with capture_logs() as logs:
        await saved(store, completion(0), broken, completion(2))

    assert await ids(store) == ["2", "0"]
    assert [entry["id"] for entry in logs] == ["chatcmpl-0001"]
    assert store.behind.lost == 1
