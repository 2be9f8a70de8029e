"""Where services keep their state: Postgres, or SQLite where somebody wants no server."""

from fleet_runtime.store.database import Database, DatabaseConfig
from fleet_runtime.store.paging import Page, PageRequest
from fleet_runtime.store.write_behind import WriteBehind

__all__ = ["Database", "DatabaseConfig", "Page", "PageRequest", "WriteBehind"]
