"""Statements of Cypher, or the part of them that is needed here, run over a graph without relationships in memory.

Format: https://neo4j.com/docs/cypher-manual/current/clauses
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import groupby, islice
from typing import Any

from fleet_testing.bm25 import Bm25, words
from fleet_testing.cypher_expressions import CypherError, Expression, Node, Parser, Row

_MOST_CLAUSES = 1024
_ESCAPED = re.compile(r"\\(.)")
_SYNTAX = re.compile(r'(?<!\\)[+\-&|!(){}\[\]^"~*?:\\/]|\b(?:AND|OR|NOT)\b')
_WORDS = "db.index.fulltext.queryNodes"
_AFTER_ITEMS = ("ORDER", "SKIP", "LIMIT", "WHERE")


@dataclass
class Graph:
    """Nodes by label and by the value that is unique among them, and the indexes over them.

    Attributes:
        nodes: The nodes of each label.
        unique: For each label the property that is unique.
        full_text: For each full-text index its label and property.
    """

    nodes: dict[str, dict[Any, Node]] = field(default_factory=dict)
    unique: dict[str, str] = field(default_factory=dict)
    full_text: dict[str, tuple[str, str]] = field(default_factory=dict)
    constraints: dict[str, str] = field(default_factory=dict)
    _texts: dict[str, Bm25] = field(default_factory=dict)

    def of(self, label: str) -> dict[Any, Node]:
        """Return the nodes of a label."""
        return self.nodes.setdefault(label, {})

    def changed(self) -> None:
        """Forget what was made of texts."""
        self._texts.clear()

    def words(self, index: str) -> tuple[dict[Any, Node], Bm25]:
        """Return the nodes of a full-text index, and their words."""
        if index not in self.full_text:
            code = "Neo.ClientError.Procedure.ProcedureCallFailed"
            raise CypherError(f"There is no such fulltext schema index: {index}", code)
        label, name = self.full_text[index]
        if index not in self._texts:
            texts = {key: node.get(name, "") for key, node in self.of(label).items()}
            self._texts[index] = Bm25(texts)
        return self.of(label), self._texts[index]

    def copy(self) -> "Graph":
        """Return what a transaction that fails goes back to."""
        nodes = {label: dict(held) for label, held in self.nodes.items()}
        return Graph(nodes, dict(self.unique), dict(self.full_text), dict(self.constraints))


def run(graph: Graph, text: str, parameters: Row) -> tuple[list[str], list[list[Any]]]:
    """Run a statement, and return the names and the values of what it returns."""
    parser = Parser(text, parameters)
    if parser.found("CREATE") or parser.found("DROP"):
        _schema(graph, text)
        return [], []
    if parser.found("CALL", "db", ".", "awaitIndexes"):
        return [], []
    return _Statement(graph, parser).run()


class _Statement:
    """A statement under way: the rows that the clauses so far have made."""

    def __init__(self, graph: Graph, parser: Parser) -> None:
        self._graph, self._parser = graph, parser
        self._rows: list[Row] = [{}]
        self._labels: dict[str, str] = {}

    def run(self) -> tuple[list[str], list[list[Any]]]:
        clauses: dict[str, Callable[[], None]] = {
            "MATCH": self._match,
            "UNWIND": self._unwind,
            "MERGE": self._merge,
            "SET": self._set,
            "CALL": self._call,
            "WHERE": self._where,
            "DETACH": self._delete,
        }
        while self._parser.ahead:
            clause = self._parser.take().upper()
            if clause == "RETURN":
                return self._return()
            if clause == "WITH":
                self._project()
            elif clause in clauses:
                clauses[clause]()
            else:
                raise CypherError(f"Invalid input '{clause}': expected a clause")
        return [], []

    def _pattern(self) -> tuple[str, str, dict[str, Expression]]:
        """Read `(variable:label {name: value})`."""
        parser = self._parser
        parser.expect("(")
        variable = parser.name()
        parser.expect(":")
        label, wanted = parser.name(), {}
        if parser.found("{"):
            name = parser.name()
            parser.expect(":")
            wanted[name] = parser.expression()
            parser.expect("}")
        parser.expect(")")
        self._labels[variable] = label
        return variable, label, wanted

    def _match(self) -> None:
        variable, label, wanted = self._pattern()
        self._rows = [
            {**row, variable: node}
            for row in self._rows
            for node in self._graph.of(label).values()
            if all(node.get(name) == value(row) for name, value in wanted.items())
        ]

    def _unwind(self) -> None:
        listed = self._parser.expression()
        self._parser.expect("AS")
        variable = self._parser.name()
        self._rows = [{**row, variable: each} for row in self._rows for each in listed(row)]

    def _merge(self) -> None:
        variable, label, wanted = self._pattern()
        ((name, value),) = wanted.items()
        if self._rows and self._graph.unique.get(label) != name:
            raise CypherError("the fake merges nodes by what is unique")
        for row in self._rows:
            key = value(row)
            row[variable] = self._graph.of(label).setdefault(key, {name: key})
        self._graph.changed()

    def _set(self) -> None:
        variable = self._parser.name()
        self._parser.expect("=")
        value = self._parser.expression()
        label = self._labels[variable]
        for row in self._rows:
            new = dict(value(row))
            # A new object: a transaction that fails goes back to the old one.
            self._graph.of(label)[new[self._graph.unique[label]]] = new
            row[variable] = new
        self._graph.changed()

    def _call(self) -> None:
        names = [self._parser.name()]
        while self._parser.found("."):
            names.append(self._parser.name())
        if ".".join(names) != _WORDS:
            raise CypherError("There is no such procedure")
        self._parser.expect("(")
        index = self._parser.expression()
        self._parser.expect(",")
        question = self._parser.expression()
        self._parser.expect(")", "YIELD", "node", ",", "score")
        self._rows = [
            {**row, "node": node, "score": score}
            for row in self._rows
            for node, score in _worded(self._graph, index(row), question(row))
        ]

    def _where(self) -> None:
        holds = self._parser.expression()
        self._rows = [row for row in self._rows if holds(row)]

    def _delete(self) -> None:
        self._parser.expect("DELETE")
        variable = self._parser.name()
        label = self._labels[variable]
        for row in self._rows:
            self._graph.of(label).pop(row[variable][self._graph.unique[label]], None)
        self._graph.changed()

    def _return(self) -> tuple[list[str], list[list[Any]]]:
        names = self._project()
        if self._parser.ahead:
            raise CypherError(f"Invalid input '{self._parser.ahead}': expected the end")
        return names, [[row[name] for name in names] for row in self._rows]

    def _project(self) -> list[str]:
        """Make the rows of a `WITH` or `RETURN`, and put them in order."""
        items = dict(self._items())
        if any(aggregate for _, aggregate in items.values()):
            self._aggregate(items)
        else:
            self._rows = [{n: value(row) for n, (value, _) in items.items()} for row in self._rows]
        if self._parser.found("ORDER", "BY"):
            self._order()
        start = int(self._parser.expression()({})) if self._parser.found("SKIP") else 0
        stop = start + int(self._parser.expression()({})) if self._parser.found("LIMIT") else None
        self._rows = list(islice(self._rows, start, stop))
        return list(items)

    def _items(self) -> Iterator[tuple[str, tuple[Expression, bool]]]:
        """Yield the name of each item, its value, and whether it is added up."""
        while True:
            first = self._parser.ahead.strip("`")
            self._parser.aggregates.clear()
            value = self._parser.expression()
            aggregate = bool(self._parser.aggregates)
            name = self._parser.name() if self._parser.found("AS") else first
            if first in self._labels:
                self._labels[name] = self._labels[first]
            yield name, (value, aggregate)
            if not self._parser.found(","):
                return

    def _aggregate(self, items: dict[str, tuple[Expression, bool]]) -> None:
        """Add up the rows that agree in all that is not added up."""
        keys = [value for value, aggregate in items.values() if not aggregate]

        def key(row: Row) -> list[int]:
            return [id(value(row)) for value in keys]

        groups = [list(rows) for _, rows in groupby(sorted(self._rows, key=key), key)]
        if not keys and not groups:
            groups = [[]]
        self._rows = [
            {
                name: sum(value(row) for row in rows) if aggregate else value(rows[0])
                for name, (value, aggregate) in items.items()
            }
            for rows in groups
        ]

    def _order(self) -> None:
        by = []
        while True:
            value = self._parser.expression()
            by.append((value, self._parser.found("DESC")))
            if not self._parser.found(","):
                break
        for value, descending in reversed(by):
            self._rows.sort(key=value, reverse=descending)


def _worded(graph: Graph, index: str, question: str) -> list[tuple[Node, float]]:
    """Return the nodes that Lucene finds, for questions without syntax."""
    nodes, texts = graph.words(index)
    if not question.strip() or _SYNTAX.search(re.sub(r"\\.", "", question)):
        code = "Neo.ClientError.Procedure.ProcedureCallFailed"
        raise CypherError(f"Cannot parse '{question[:20]}'", code)
    asked = words(_ESCAPED.sub(r"\1", question))
    if len(asked) > _MOST_CLAUSES:
        code = "Neo.ClientError.Procedure.ProcedureCallFailed"
        raise CypherError("maxClauseCount is set to 1024", code)
    scores = texts.scores(asked)
    return [(nodes[key], score) for key, score in sorted(scores.items(), key=lambda p: -p[1])]


_UNIQUE = re.compile(
    r"CREATE CONSTRAINT `(\w+)` IF NOT EXISTS FOR \((\w+):`(\w+)`\) REQUIRE \2\.(\w+) IS UNIQUE"
)
_FULL_TEXT = re.compile(
    r"CREATE FULLTEXT INDEX `(\w+)` IF NOT EXISTS FOR \((\w+):`(\w+)`\) ON EACH \[\2\.(\w+)\]"
    r" OPTIONS \{indexConfig: \{`fulltext\.analyzer`: 'standard-no-stop-words',"
    r" `fulltext\.eventually_consistent`: false\}\}"
)
_DROP = re.compile(r"DROP (INDEX|CONSTRAINT) `(\w+)` IF EXISTS")


def _schema(graph: Graph, text: str) -> None:
    """Make or drop a constraint or an index."""
    if made := _UNIQUE.fullmatch(text):
        name, _, label, value = made.groups()
        graph.constraints[name] = label
        graph.unique[label] = value
    elif made := _FULL_TEXT.fullmatch(text):
        name, _, label, value = made.groups()
        graph.full_text[name] = (label, value)
    elif dropped := _DROP.fullmatch(text):
        kind, name = dropped.groups()
        if kind == "INDEX":
            graph.full_text.pop(name, None)
        elif label := graph.constraints.pop(name, None):
            graph.unique.pop(label)
    else:
        raise CypherError(f"Invalid input: {text}")
