"""`python -m fleet_vector_io.migrate`: bring the tables of the vector-io service up to date."""

from fleet_runtime.config import load
from fleet_runtime.serve import run
from fleet_runtime.store import Database
from fleet_runtime.store.migrate import migrate
from fleet_vector_io.config import SCHEMA, ServiceConfig


async def main() -> None:
    """Migrate."""
    database = Database(load(ServiceConfig).store.database, SCHEMA)
    try:
        await migrate(database, "fleet_vector_io.migrations")
    finally:
        await database.aclose()


if __name__ == "__main__":
    run(main())
