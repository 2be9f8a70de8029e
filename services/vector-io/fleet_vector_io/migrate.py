"""`python -m fleet_vector_io.migrate`: bring the tables of the vector-io service up to date."""

from fleet_runtime.config import load
from fleet_runtime.serve import run
from fleet_runtime.store.migrate import bring_up_to_date
from fleet_vector_io.config import SCHEMA, ServiceConfig


async def main() -> None:
    """Migrate."""
    database = load(ServiceConfig).store.database
    await bring_up_to_date(database, SCHEMA, "fleet_vector_io.migrations")


if __name__ == "__main__":
    run(main())
