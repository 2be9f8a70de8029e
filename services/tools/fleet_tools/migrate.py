"""`python -m fleet_tools.migrate`: bring the tables of the tools service up to date, where it has any."""

from fleet_runtime.config import load
from fleet_runtime.serve import run
from fleet_runtime.store.migrate import bring_up_to_date
from fleet_tools.config import SCHEMA, ServiceConfig


async def main() -> None:
    """Migrate, if this service keeps anything."""
    store = load(ServiceConfig).store
    await bring_up_to_date(store.database if store else None, SCHEMA, "fleet_tools.migrations")


if __name__ == "__main__":
    run(main())
