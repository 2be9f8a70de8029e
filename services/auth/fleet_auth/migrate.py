"""`python -m fleet_auth.migrate`: bring the tables of the auth service up to date."""

from fleet_auth.config import SCHEMA, ServiceConfig
from fleet_runtime.config import load
from fleet_runtime.serve import run
from fleet_runtime.store.migrate import bring_up_to_date


async def main() -> None:
    """Migrate, if this service keeps anything."""
    store = load(ServiceConfig).store
    await bring_up_to_date(store.database if store else None, SCHEMA, "fleet_auth.migrations")


if __name__ == "__main__":
    run(main())
