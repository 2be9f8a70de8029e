"""Bringing a service's tables up to date, before the service starts."""

import asyncio
from importlib.resources import files

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext, MigrationStep
from alembic.script import ScriptDirectory
from alembic.script.revision import RevisionError
from sqlalchemy import Connection, func, inspect, select, text
from sqlalchemy.ext.asyncio import AsyncConnection
from sqlalchemy.schema import CreateSchema

from fleet_runtime.errors import Unavailable
from fleet_runtime.store.database import Database, DatabaseConfig
from fleet_runtime.store.owners import METADATA as OWNERS

PAUSE = 0.2  # seconds between two attempts to reach a database that is still starting


async def bring_up_to_date(config: DatabaseConfig | None, schema: str, scripts: str) -> None:
    """Run the migrations that the database of a service has not seen; nothing where it keeps nothing.

    Args:
        config: Where the database is.
        schema: The service's own.
        scripts: As `migrate` takes them.
    """
    if config is None:
        return
    database = Database(config, schema)
    try:
        await migrate(database, scripts)
    finally:
        await database.aclose()


async def migrate(database: Database, scripts: str, *, patience: float = 60.0) -> None:
    """Run the migrations that `database` has not seen, all of them or none.

    Any number of processes may do so at once: one works, the others wait and find it done.

    Args:
        database: The service's own; its schema is created if absent, and holds the version.
        scripts: The package whose modules are alembic revisions, each with an `upgrade`.
        patience: The longest wait for the database to start, in seconds, and then again for
            another process to finish migrating.

    Raises:
        Unavailable: One of the waits was too long.
        RuntimeError: The database was migrated by a newer release.
    """
    await _wait_for(database, patience)
    async with database.begin() as connection:
        await _lock(connection, database.schema, patience)
        await connection.run_sync(_upgrade, database.schema, scripts)


async def _wait_for(database: Database, patience: float) -> None:
    loop = asyncio.get_running_loop()
    deadline = loop.time() + patience
    while True:
        try:
            async with database.begin() as connection:
                await connection.execute(select(1))
        except Unavailable:
            if loop.time() > deadline:
                raise
            await asyncio.sleep(PAUSE)
        else:
            return


async def _lock(connection: AsyncConnection, schema: str, patience: float) -> None:
    """Keep other migrations out until the transaction ends."""
    if connection.dialect.name == "sqlite":
        await connection.execute(text("BEGIN IMMEDIATE"))
        return
    limit = func.set_config("statement_timeout", f"{round(patience * 1000)}", True)
    await connection.execute(select(limit))
    key = func.hashtextextended(f"migrate {schema}", 0)
    await connection.execute(select(func.pg_advisory_xact_lock(key)))
    # Building an index takes as long as it takes.
    await connection.execute(select(func.set_config("statement_timeout", "0", True)))


def _upgrade(connection: Connection, schema: str, scripts: str) -> None:
    if connection.dialect.name == "postgresql" and not inspect(connection).has_schema(schema):
        connection.execute(CreateSchema(schema))
    folder = str(files(scripts))
    directory = ScriptDirectory(folder, version_locations=[folder])
    options = {
        "fn": lambda current, _: _missing(directory, current),
        "version_table": f"{schema}_version",
        "transactional_ddl": True,
    }
    context = MigrationContext.configure(connection, opts=options)
    with context.begin_transaction(), Operations.context(context):
        context.run_migrations()
    OWNERS.create_all(connection)


def _missing(directory: ScriptDirectory, current: tuple[str, ...]) -> list[MigrationStep]:
    """Return the steps from `current`, the revisions of the database, to the newest."""
    try:
        newest_first = list(directory.iterate_revisions("heads", current))
    except RevisionError as error:
        raise RuntimeError(f"a newer release has migrated this database: {error}") from error
    return [
        MigrationStep.upgrade_from_script(directory.revision_map, script)
        for script in reversed(newest_first)
    ]
