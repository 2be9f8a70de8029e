"""`python -m fleet_post_training.migrate`: bring the tables of the post-training service up to date."""

from fleet_post_training.config import SCHEMA, ServiceConfig
from fleet_runtime.config import load
from fleet_runtime.serve import run
from fleet_runtime.store.migrate import bring_up_to_date


async def main() -> None:
    """Migrate."""
    store = load(ServiceConfig).store
    await bring_up_to_date(store.database, SCHEMA, "fleet_post_training.migrations")


if __name__ == "__main__":
    run(main())
