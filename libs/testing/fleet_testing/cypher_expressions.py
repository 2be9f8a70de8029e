"""Expressions of Cypher, or the part of them that is needed here, as functions of a row.

Format: https://neo4j.com/docs/cypher-manual/current/expressions
"""

import operator
import re
from collections.abc import Callable
from typing import Any, TypeAlias

import numpy as np

Row: TypeAlias = dict[str, Any]
Expression: TypeAlias = Callable[[Row], Any]
Node: TypeAlias = dict[str, Any]

_TOKEN = re.compile(
    r"\s*(?:(?P<name>`[^`]+`|[A-Za-z_]\w*)|(?P<number>\d+(?:\.\d+)?)|(?P<text>'[^']*')"
    r"|(?P<parameter>\$\w+)|(?P<sign><=|>=|<>|[-+=<>(){}\[\],.:*]))"
)
_COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


class CypherError(Exception):
    """Neo4j would not take the statement; `code` is its kind of error."""

    def __init__(self, message: str, code: str = "Neo.ClientError.Statement.SyntaxError") -> None:
        super().__init__(message)
        self.code = code


class Parser:
    """Reads a statement from its beginning to its end.

    Args:
        text: The statement.
        parameters: The values of its parameters.
    """

    def __init__(self, text: str, parameters: Row) -> None:
        self._tokens = _tokens(text)
        self._at = 0
        self._parameters = parameters
        self.aggregates: list[str] = []
        """The aggregating functions in the expressions that were read."""

    # Tokens.

    @property
    def ahead(self) -> str:
        """The next token; empty at the end."""
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def take(self) -> str:
        """Read a token."""
        self._at += 1
        return self._tokens[self._at - 1] if self._at <= len(self._tokens) else ""

    def found(self, *words: str) -> bool:
        """Read some tokens if they come next. Keywords have no case."""
        ahead = self._tokens[self._at : self._at + len(words)]
        if [each.upper() for each in ahead] != [word.upper() for word in words]:
            return False
        self._at += len(words)
        return True

    def expect(self, *words: str) -> None:
        """Read some tokens, which must come next."""
        if not self.found(*words):
            raise CypherError(f"Invalid input '{self.ahead}': expected {' '.join(words)}")

    def name(self) -> str:
        """Read a name."""
        token = self.take()
        if not re.match(r"[`A-Za-z_]", token):
            raise CypherError(f"Invalid input '{token}': expected a name")
        return token.strip("`")

    # Expressions, from what binds least to what binds most.

    def expression(self) -> Expression:
        """Read an expression."""
        parts = [self._and()]
        while self.found("OR"):
            parts.append(self._and())
        return parts[0] if len(parts) == 1 else lambda row: any(part(row) for part in parts)

    def _and(self) -> Expression:
        parts = [self._not()]
        while self.found("AND"):
            parts.append(self._not())
        return parts[0] if len(parts) == 1 else lambda row: all(part(row) for part in parts)

    def _not(self) -> Expression:
        if self.found("NOT"):
            inner = self._not()
            return lambda row: not inner(row)
        return self._comparison()

    def _comparison(self) -> Expression:
        left = self._value()
        if self.found("IN"):
            return self._membership(left)
        if self.ahead in _COMPARISONS:
            compare, right = _COMPARISONS[self.take()], self._value()
            return lambda row: compare(left(row), right(row))
        return left

    def _membership(self, left: Expression) -> Expression:
        if self.ahead.startswith("$"):
            listed = frozenset(self._parameter())
            return lambda row: left(row) in listed
        right = self._value()
        return lambda row: left(row) in right(row)

    def _value(self) -> Expression:
        token = self.ahead
        if token.startswith("$"):
            value = self._parameter()
            return lambda _: value
        if token[0].isdigit() or token[0] == "'":
            self.take()
            constant = token.strip("'") if token[0] == "'" else float(token)
            return lambda _: constant
        if self.found("("):
            inner = self.expression()
            self.expect(")")
            return inner
        if self.found("true"):
            return lambda _: True
        if self.found("any", "("):
            return self._any()
        return self._named()

    def _parameter(self) -> Any:
        name = self.take()[1:]
        if name not in self._parameters:
            code = "Neo.ClientError.Statement.ParameterMissing"
            raise CypherError(f"Expected parameter(s): {name}", code)
        return self._parameters[name]

    def _any(self) -> Expression:
        variable = self.name()
        self.expect("IN")
        listed = self._value()
        self.expect("WHERE")
        holds = self.expression()
        self.expect(")")
        return lambda row: any(holds({**row, variable: each}) for each in listed(row))

    def _named(self) -> Expression:
        """Read a variable, a property or a call."""
        names = [self.name()]
        while self.found("."):
            names.append(self.name())
        if self.found("("):
            return self._call(".".join(names))
        if len(names) == 1:
            return lambda row: row[names[0]]
        variable, name = names
        return lambda row: row[variable].get(name)

    def _call(self, function: str) -> Expression:
        if function in ("count", "sum"):
            self.aggregates.append(function)
            inner: Expression = (lambda _: 1) if self.found("*") else self.expression()
            self.expect(")")
            return inner
        if function != "vector.similarity.cosine":
            raise CypherError(f"Unknown function '{function}'")
        stored = self.expression()
        self.expect(",")
        asked = np.array(self.expression()({}))
        self.expect(")")
        return lambda row: _similarity(np.array(stored(row)), asked)


def _similarity(stored: Any, asked: Any) -> float:
    """Return the cosine, moved into the range from 0 to 1."""
    if stored.shape != asked.shape:
        raise CypherError(
            "vectors must have the same dimension", "Neo.ClientError.Statement.TypeError"
        )
    cosine = stored @ asked / np.sqrt((stored @ stored) * (asked @ asked))
    return float((1 + cosine) / 2)


def _tokens(text: str) -> list[str]:
    found, at = [], 0
    text = text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise CypherError(f"Invalid input '{text[at : at + 10]}'")
        found.append(match[0].strip())
        at = match.end()
    return found
