"""`python -m fleet_agents.migrate`: bring the tables of the agents service up to date."""

from fleet_agents.config import SCHEMA, ServiceConfig
from fleet_runtime.config import load
from fleet_runtime.serve import run
from fleet_runtime.store.migrate import bring_up_to_date


async def main() -> None:
    """Migrate."""
    database = load(ServiceConfig).store.database
    await bring_up_to_date(database, SCHEMA, "fleet_agents.migrations")


if __name__ == "__main__":
    run(main())
