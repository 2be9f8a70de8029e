"""What one tenant keeps, no other sees; within one, the access policy decides."""

import asyncio

import pytest
from sqlalchemy import Column, MetaData, Table, Text, insert, select

from fleet_runtime.access.caller import ANONYMOUS, Caller, acting_for, current
from fleet_runtime.access.policy import AccessRule, Policy
from fleet_runtime.errors import PermissionDenied
from fleet_runtime.jobs import JobQueue, Worker, WorkerConfig
from fleet_runtime.jobs.queue import job_table
from fleet_runtime.store.owners import METADATA, Owners
from fleet_runtime.store.registered import InDatabase, InMemory, Rows
from fleet_runtime.store.rows import TENANT
from fleet_runtime.store.write_behind import WriteBehind

ANN = Caller("ann", "red", {"teams": frozenset({"ml"})})
BOB = Caller("bob", "red", {"teams": frozenset({"ml", "ops"})})
EVE = Caller("eve", "red", {"teams": frozenset({"ML"})})
ZOE = Caller("zoe", "blue", {"teams": frozenset({"ml"})})


@pytest.fixture
def table():
    return Table(
        "shields",
        MetaData(),
        Column("tenant", Text, primary_key=True),
        Column("id", Text, primary_key=True),
    )


@pytest.fixture
async def tables(database, schema, table):
    """The table of things and those of their owners, in a schema of the test's own."""
    async with database.begin() as connection:
        if connection.dialect.name == "postgresql":
            await connection.exec_driver_sql(f"CREATE SCHEMA {schema}")
        await connection.run_sync(table.create)
        await connection.run_sync(METADATA.create_all)


def in_database(database, table, policy=None):
    return InDatabase(database, Rows(table, lambda name: {"id": name}, lambda row: row.id), policy)


@pytest.fixture(params=["memory", "database"])
def kept(request, database, tables, table):
    if request.param == "memory":
        return InMemory(lambda name: name, "shield")
    return in_database(database, table)


async def test_names_are_each_tenants_own(kept):
    for caller in (ANN, ZOE):
        with acting_for(caller):
            assert await kept.add("x")
            assert not await kept.add("x")
    with acting_for(ANN):
        assert await kept.remove("x")
    with acting_for(ZOE):
        assert "x" == await kept.get("x")
        assert {"x"} == set(await kept.all())


async def test_what_a_service_remembers_shows_each_caller_their_own(kept):
    """Services read everything at once, and answer from that."""
    with acting_for(ANN):
        await kept.add("x")
    everything = await kept.all()

    for caller, seen in ((ANN, ["x"]), (BOB, ["x"]), (EVE, []), (ZOE, []), (ANONYMOUS, [])):
        with acting_for(caller):
            assert seen == list(everything)
            assert ("x" in seen) is (everything.get("x") is not None)
            assert ("x" in seen) is (await kept.get("x") is not None)
    assert everything != {}
    assert everything == await kept.all()


async def test_who_may_read_but_not_delete_is_told_so(database, tables, table):
    rules = [
        {"permit": {"actions": ["read", "create"]}},
        {"permit": {"actions": ["delete"]}, "when": "user is owner"},
    ]
    policy = Policy([AccessRule.model_validate(rule) for rule in rules])
    kept = in_database(database, table, policy)
    with acting_for(ANN):
        await kept.add("x")
    with acting_for(BOB), pytest.raises(PermissionDenied):
        await kept.remove("x")
    with acting_for(ANN):
        assert await kept.remove("x")
        assert await kept.add("x")


RULES = [
    [],
    [{"permit": {"actions": ["read"]}, "when": "user in owners teams"}],
    [{"permit": {"actions": ["read"]}, "when": "user not in owners teams"}],
    [{"permit": {"actions": ["read"]}, "unless": ["user is owner", "user with ml in teams"]}],
    [{"forbid": {"actions": ["read"], "resource": "shield::b"}}, {"permit": {"actions": ["read"]}}],
    [{"permit": {"actions": ["read"], "resource": "regex:shield::[ab]"}, "when": "user is owner"}],
    [{"permit": {"actions": ["read"], "resource": "model::*"}}],
    [{"permit": {"actions": ["delete"]}}],
    [{"permit": {"actions": ["read"], "principal": "bob"}, "when": "resource is unowned"}],
]


@pytest.mark.parametrize("rules", RULES)
async def test_the_database_decides_as_the_policy_does(database, tables, table, rules):
    """Lists are cut into pages by the database, which must see the same rows."""
    policy = Policy([AccessRule.model_validate(rule) for rule in rules])
    owners, all_of_them = Owners("shield"), in_database(database, table, policy)
    for owner, name in ((ANN, "a"), (BOB, "b"), (EVE, "c"), (Caller("", "red"), "d")):
        with acting_for(owner):
            async with database.begin() as connection:
                await connection.execute(insert(table), {"tenant": TENANT, "id": name})
                await owners.take(connection, name)
    for user in (ANN, BOB, EVE, ZOE, Caller("", "red")):
        with acting_for(user):
            permitted = owners.permitted(policy, "read", table.c.id)
            query = select(table.c.id).where(table.c.tenant == TENANT, permitted)
            async with database.begin() as connection:
                seen = set((await connection.execute(query)).scalars())

            assert set(await all_of_them.all()) == seen


async def test_lookups_are_for_the_caller_too(database, tables, table):
    """They go past the pool of connections."""
    find = database.lookup(select(table.c.id).where(table.c.tenant == TENANT, table.c.id == "x"))
    with acting_for(ANN):
        async with database.begin() as connection:
            await connection.execute(insert(table).values(tenant=TENANT, id="x"))
        assert ("x",) == tuple(await find())
    with acting_for(ZOE):
        assert None is await find()


async def test_what_is_written_later_is_still_the_callers():
    """Writers are tasks of the service's own."""
    written = []

    async def write(batch):
        written.append((current().tenant, list(batch)))

    behind = WriteBehind(write, str)
    async with behind.running():
        for caller, item in ((ANN, 1), (BOB, 2), (ZOE, 3)):
            with acting_for(caller):
                await behind.put(item)
    assert [("red", [1]), ("red", [2]), ("blue", [3])] == sorted(written, key=lambda w: w[1])


async def test_jobs_are_done_on_behalf_of_who_put_them_in(database, schema, tables):
    queue = JobQueue(database, "jobs")
    async with database.begin() as connection:
        await connection.run_sync(job_table("jobs", MetaData()).create)
        with acting_for(ANN):
            await queue.put(connection, [("a", "do it")])
    job = await queue.claim("worker", 30)

    assert ("do it", "ann", "red") == (job.payload, job.caller.principal, job.caller.tenant)
    assert {"ml"} == job.caller.of("teams")


async def test_workers_act_for_them(database, schema, tables):
    """What they read, keep and ask of others is then of the right tenant."""
    queue, acted = JobQueue(database, "jobs"), asyncio.Queue()

    class Acting:
        async def run(self, job):
            async with database.begin() as connection:
                await queue.finish(connection, job)
            acted.put_nowait((job.key, current().tenant))

        async def failed(self, job, error):
            raise AssertionError

    async with database.begin() as connection:
        await connection.run_sync(job_table("jobs", MetaData()).create)
        for caller in (ANN, ZOE, ANONYMOUS):
            with acting_for(caller):
                await queue.put(connection, [(caller.principal or "nobody", "do it")])
    async with Worker(queue, Acting(), WorkerConfig()).running():
        done = {await asyncio.wait_for(acted.get(), 20) for _ in range(3)}

    assert {("ann", "red"), ("zoe", "blue"), ("nobody", "")} == done
