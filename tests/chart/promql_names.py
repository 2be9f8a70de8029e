"""Print the names of the metrics of PromQL expressions. Runs in the environment of the checkers.

Reads a list of expressions as JSON, and prints a list of lists; an expression that is none ends it with its error.
"""

import json
import sys
from collections.abc import Iterator
from typing import Any

import promql_parser as promql


def main() -> None:
    expressions = json.load(sys.stdin)
    print(json.dumps([sorted(set(names(promql.parse(text)))) for text in expressions]))


def names(node: Any) -> Iterator[str]:
    """Yield the name of every series that is selected below `node`."""
    if isinstance(node, promql.VectorSelector):
        yield node.name
    elif isinstance(node, promql.MatrixSelector):
        yield from names(node.vector_selector)
    elif isinstance(node, promql.BinaryExpr):
        yield from names(node.lhs)
        yield from names(node.rhs)
    elif isinstance(node, promql.Call):
        for argument in node.args:
            yield from names(argument)
    elif isinstance(
        node, promql.AggregateExpr | promql.ParenExpr | promql.UnaryExpr | promql.SubqueryExpr
    ):
        yield from names(node.expr)


if __name__ == "__main__":
    main()
