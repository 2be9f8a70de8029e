"""Reading one row by its key, which many calls begin with.

SQLite is a file: a row of it is read in the calling thread, in some 20 microseconds. To hand that to another thread, as
transactions do, costs fifty times as much. With SQLite's write-ahead log, a reader does not wait for who writes.
"""

import sqlite3
from collections.abc import Sequence
from typing import Any, Protocol

from sqlalchemy import Dialect, Select

from fleet_runtime.store.rows import with_tenant


class Lookup(Protocol):
    """Returns the row that a query finds with these values, or `None`: of all that was committed before, by anybody."""

    async def __call__(self, **values: Any) -> Sequence[Any] | None:
        """Return the row. Raises as `Database.begin` does."""
        ...


class FileLookup:
    """Reads the row from a file of SQLite, at once.

    Args:
        file: The file.
        query: What finds the row; of several, the first counts.
        dialect: How SQLAlchemy speaks to SQLite.
        otherwise: Reads it where this way fails: it waits for locks, and says what is wrong.
    """

    def __init__(
        self, file: "File", query: Select[Any], dialect: Dialect, otherwise: Lookup
    ) -> None:
        compiled: Any = query.compile(dialect=dialect)
        self._file = file
        self._otherwise = otherwise
        self._sql = str(compiled)
        self._names: list[str] = compiled.positiontup
        self._known: dict[str, Any] = compiled.params
        self._read = [
            (place, read)
            for place, column in enumerate(query.selected_columns)
            if (read := column.type.dialect_impl(dialect).result_processor(dialect, None))
        ]

    async def __call__(self, **values: Any) -> Sequence[Any] | None:
        """Return the row."""
        given = with_tenant(self._known | values)
        try:
            row = self._file.first(self._sql, [given[name] for name in self._names])
        except sqlite3.Error:
            return await self._otherwise(**values)
        return None if row is None else self._as_python(row)

    def _as_python(self, row: Sequence[Any]) -> Sequence[Any]:
        """Return a row with values as Python has them: SQLite keeps booleans as numbers."""
        told = list(row)
        for place, read in self._read:
            told[place] = read(told[place])
        return told


class File:
    """A file of SQLite that is read in the calling thread, opened when first needed.

    Args:
        path: Where it is.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._connection: sqlite3.Connection | None = None

    def first(self, sql: str, values: list[Any]) -> tuple[Any, ...] | None:
        """Return the first row that a query finds.

        Raises:
            sqlite3.Error: The file is locked, or the query is wrong.
        """
        if self._connection is None:
            # Each statement is a transaction, and sees the latest; who would have to wait does so elsewhere.
            self._connection = sqlite3.connect(self._path, timeout=0, isolation_level=None)
        # To its end: a cursor that is left open keeps its view of the file, and the log from being cut.
        rows: list[tuple[Any, ...]] = self._connection.execute(sql, values).fetchall()
        return rows[0] if rows else None

    def close(self) -> None:
        """Close it."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
