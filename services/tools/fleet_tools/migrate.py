"""`python -m fleet_tools.migrate`: bring the tables of the tools service up to date, where it has any."""

from fleet_runtime.config import load
from fleet_runtime.serve import run
from fleet_runtime.store import Database
from fleet_runtime.store.migrate import migrate
from fleet_tools.config import SCHEMA, ServiceConfig


async def main() -> None:
    """Migrate."""
    store = load(ServiceConfig).store
    if store is None:
        return
    database = Database(store.database, SCHEMA)
    try:
        await migrate(database, "fleet_tools.migrations")
    finally:
        await database.aclose()


if __name__ == "__main__":
    run(main())
