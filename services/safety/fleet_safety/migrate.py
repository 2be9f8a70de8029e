"""`python -m fleet_safety.migrate`: bring the tables of the safety service up to date."""

from fleet_runtime.config import load
from fleet_runtime.serve import run
from fleet_runtime.store import Database
from fleet_runtime.store.migrate import migrate
from fleet_safety.config import SCHEMA, ServiceConfig


async def main() -> None:
    """Migrate, if this service keeps anything."""
    config = load(ServiceConfig)
    if config.store is None:
        return
    database = Database(config.store.database, SCHEMA)
    try:
        await migrate(database, "fleet_safety.migrations")
    finally:
        await database.aclose()


if __name__ == "__main__":
    run(main())
