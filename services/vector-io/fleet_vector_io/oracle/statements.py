"""What is said to Oracle, in its SQL. Values are bound; only the names of tables are written in.

Format: https://docs.oracle.com/en/database/oracle/oracle-database/23/sqlrf,
https://docs.oracle.com/en/database/oracle/oracle-database/23/vecse,
https://docs.oracle.com/en/database/oracle/oracle-database/23/ccref
"""

from dataclasses import dataclass
from typing import Literal, TypeAlias

VectorFormat: TypeAlias = Literal["FLOAT32", "FLOAT64"]

CHUNK = "c.chunk_id, c.file_id, c.position, c.text, c.attributes, c.payload"
"""The columns of a chunk but for its vector."""


@dataclass(frozen=True, slots=True)
class Statements:
    """The statements for one collection.

    Attributes:
        table: The table of its chunks.
    """

    table: str

    @property
    def tokens(self) -> str:
        """The table of its chunks' tokens."""
        return f"{self.table}_tokens"

    def create(self, dimension: int, kind: VectorFormat) -> list[str]:
        """Make the tables and indexes.

        The index of words has no stop words, and shows what a transaction has put when that ends.
        """
        columns = (
            "chunk_key VARCHAR2(64) PRIMARY KEY, chunk_id VARCHAR2(4000) NOT NULL,"
            " file_id VARCHAR2(4000) NOT NULL, position NUMBER(19) NOT NULL, text CLOB,"
            f" attributes CLOB NOT NULL, payload CLOB, embedding VECTOR({dimension}, {kind}) NOT NULL"
        )
        of_chunk = f"chunk_key VARCHAR2(64) NOT NULL REFERENCES {self.table} ON DELETE CASCADE"
        words = "INDEXTYPE IS CTXSYS.CONTEXT PARAMETERS ('SYNC (ON COMMIT) STOPLIST CTXSYS.EMPTY_STOPLIST')"
        new = "IF NOT EXISTS"
        return [
            f"CREATE TABLE {new} {self.table} ({columns})",
            f"CREATE TABLE {new} {self.tokens} ({of_chunk}, token VARCHAR2(4000) NOT NULL)",
            f"CREATE INDEX {new} {self.tokens}_i ON {self.tokens} (chunk_key, token)",
            f"CREATE INDEX {new} {self.table}_file ON {self.table} (file_id)",
            f"CREATE INDEX {new} {self.table}_words ON {self.table} (text) {words}",
        ]

    @property
    def drop(self) -> list[str]:
        """Forget the tables with their indexes."""
        tables = (self.tokens, self.table)
        return [f"DROP TABLE IF EXISTS {table} CASCADE CONSTRAINTS PURGE" for table in tables]

    @property
    def remove(self) -> str:
        """Delete one chunk; its tokens go with it."""
        return f"DELETE FROM {self.table} WHERE chunk_key = :chunk_key"  # noqa: S608 - see above

    @property
    def insert(self) -> str:
        """Put one chunk in."""
        return (
            f"INSERT INTO {self.table} (chunk_key, chunk_id, file_id, position, text, attributes,"  # noqa: S608 - see above
            " payload, embedding) VALUES (:chunk_key, :chunk_id, :file_id, :position, :text,"
            " :attributes, :payload, :embedding)"
        )

    @property
    def insert_token(self) -> str:
        """Put one token in."""
        return f"INSERT INTO {self.tokens} (chunk_key, token) VALUES (:chunk_key, :token)"  # noqa: S608 - see above

    def delete(self, condition: str) -> str:
        """Delete the chunks that fulfil a condition."""
        return f"DELETE FROM {self.table} c WHERE {condition}"  # noqa: S608 - see above

    def nearest(self, condition: str) -> str:
        """Find the chunks whose vectors point most nearly where `:vector` does, by looking at all."""
        return (
            f"SELECT {CHUNK}, VECTOR_DISTANCE(c.embedding, :vector, COSINE) AS distance"  # noqa: S608 - see above
            f" FROM {self.table} c WHERE {condition}"
            " ORDER BY distance FETCH FIRST :most ROWS ONLY"
        )

    def worded(self, condition: str) -> str:
        """Find the chunks that have any of `:words`, the best first."""
        return (
            f"SELECT {CHUNK}, SCORE(1) AS fit FROM {self.table} c"  # noqa: S608 - see above
            f" WHERE CONTAINS(c.text, :words, 1) > 0 AND {condition}"
            " ORDER BY fit DESC FETCH FIRST :most ROWS ONLY"
        )

    def listed(self, condition: str) -> str:
        """List chunks in order, with their vectors."""
        return (
            f"SELECT {CHUNK}, c.embedding FROM {self.table} c WHERE {condition}"  # noqa: S608 - see above
            " ORDER BY c.file_id, c.position, c.chunk_id"
            " OFFSET :skipped ROWS FETCH NEXT :most ROWS ONLY"
        )
