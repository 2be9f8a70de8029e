"""What is said to Neo4j, in Cypher. Values are parameters; only the names of labels and indexes are written in.

Format: https://neo4j.com/docs/cypher-manual/current
"""

from dataclasses import dataclass

_CHUNK = (
    "c.id AS id, c.text AS text, c.file_id AS file_id, c.position AS position,"
    " c.attributes AS attributes, c.payload AS payload"
)


@dataclass(frozen=True, slots=True)
class Statements:
    """The statements for one collection.

    Attributes:
        prefix: What the names of labels and indexes begin with.
        label: The label of the collection's chunks. The node of its own has this for its name.
    """

    prefix: str
    label: str

    @property
    def create(self) -> list[str]:
        """Make the indexes, wait for them, and then say that the collection is there.

        The default analyzer leaves no word out; it is named, as the database may have another default.
        """
        analyzer = "{indexConfig: {`fulltext.analyzer`: 'standard-no-stop-words', "
        analyzer += "`fulltext.eventually_consistent`: false}}"
        words = f"`{self.words}` IF NOT EXISTS FOR (c:`{self.label}`) ON EACH [c.text]"
        return [
            _unique(f"{self.prefix}_collections", f"(s:{self._collections})", "s.name"),
            _unique(f"{self.label}_id", f"(c:`{self.label}`)", "c.id"),
            f"CREATE FULLTEXT INDEX {words} OPTIONS {analyzer}",
            "CALL db.awaitIndexes(60)",
            f"MERGE (s:{self._collections} {{name: $name}})",
        ]

    @property
    def drop(self) -> list[str]:
        """Forget the collection. Chunks are deleted before, `delete_some` at a time."""
        return [
            f"DROP INDEX `{self.words}` IF EXISTS",
            f"DROP CONSTRAINT `{self.label}_id` IF EXISTS",
        ]

    @property
    def forget(self) -> str:
        """Say that there is no such collection any more."""
        return f"MATCH (s:{self._collections} {{name: $name}}) DETACH DELETE s"

    @property
    def delete_some(self) -> str:
        """Delete as many chunks as fit a transaction, and count them."""
        return (
            f"MATCH (c:`{self.label}`) WITH c LIMIT $most DETACH DELETE c RETURN count(*) AS gone"
        )

    @property
    def put(self) -> str:
        """Put chunks in, unless the collection is not there, and count them. Relationships of a chunk stay."""
        return (
            f"MATCH (s:{self._collections} {{name: $name}}) UNWIND $rows AS row"
            f" MERGE (c:`{self.label}` {{id: row.id}}) SET c = row RETURN count(*) AS written"
        )

    @property
    def there(self) -> str:
        """Count the collections of the name."""
        return f"MATCH (s:{self._collections} {{name: $name}}) RETURN count(*) AS there"

    def delete(self, condition: str) -> str:
        """Delete the chunks that fulfil a condition."""
        return f"MATCH (c:`{self.label}`) WHERE {condition} DETACH DELETE c"

    def nearest(self, condition: str) -> str:
        """Find the chunks whose vectors point most nearly where `$vector` does, by looking at all."""
        return (
            f"MATCH (c:`{self.label}`) WHERE {condition}"
            " WITH c, vector.similarity.cosine(c.embedding, $vector) AS score"
            f" ORDER BY score DESC LIMIT $limit RETURN {_CHUNK}, score ORDER BY score DESC"
        )

    def worded(self, condition: str) -> str:
        """Find the chunks that any of `$questions` finds: what each scores is added up."""
        return (
            f"UNWIND $questions AS question CALL db.index.fulltext.queryNodes('{self.words}', question)"
            " YIELD node, score WITH node AS c, sum(score) AS score"
            f" WHERE {condition} WITH c, score ORDER BY score DESC LIMIT $limit"
            f" RETURN {_CHUNK}, score ORDER BY score DESC"
        )

    def listed(self, condition: str) -> str:
        """List chunks in order, with their vectors."""
        return (
            f"MATCH (c:`{self.label}`) WHERE {condition}"
            f" RETURN {_CHUNK}, c.embedding AS embedding"
            " ORDER BY file_id, position, id SKIP $offset LIMIT $limit"
        )

    @property
    def words(self) -> str:
        """The name of the full-text index."""
        return f"{self.label}_words"

    @property
    def _collections(self) -> str:
        return f"`{self.prefix}_collection`"


def _unique(name: str, node: str, value: str) -> str:
    return f"CREATE CONSTRAINT `{name}` IF NOT EXISTS FOR {node} REQUIRE {value} IS UNIQUE"
