"""`python -m fleet_batches.migrate`: bring the tables of the batches service up to date."""

from fleet_batches.config import SCHEMA, ServiceConfig
from fleet_runtime.config import load
from fleet_runtime.serve import run
from fleet_runtime.store.migrate import bring_up_to_date


async def main() -> None:
    """Migrate."""
    database = load(ServiceConfig).store.database
    await bring_up_to_date(database, SCHEMA, "fleet_batches.migrations")


if __name__ == "__main__":
    run(main())
