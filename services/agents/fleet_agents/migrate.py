"""`python -m fleet_agents.migrate`: bring the tables of the agents service up to date."""

from fleet_agents.config import SCHEMA, ServiceConfig
from fleet_runtime.config import load
from fleet_runtime.serve import run
from fleet_runtime.store import Database
from fleet_runtime.store.migrate import migrate


async def main() -> None:
    """Migrate."""
    database = Database(load(ServiceConfig).store.database, SCHEMA)
    try:
        await migrate(database, "fleet_agents.migrations")
    finally:
        await database.aclose()


if __name__ == "__main__":
    run(main())
