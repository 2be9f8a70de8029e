"""Print what PromQL expressions ask of Prometheus. Runs in the environment of the checkers.

Reads a list of expressions as JSON, and prints a list of objects: `names`, the metrics of an expression; `labels`, each
`[metric, label, value]` that is looked at, of which `value` is null unless it has to be that one; and `result`, the
labels that what comes of it has, or null if they are those of the metrics. An expression that is none ends it with its
error.
"""

import json
import sys
from collections.abc import Iterator
from typing import Any

import promql_parser as promql


def main() -> None:
    expressions = json.load(sys.stdin)
    print(json.dumps([_asked(promql.parse(text)) for text in expressions]))


def _asked(node: Any) -> dict[str, Any]:
    return {
        "names": sorted({selector.name for selector in _selectors(node)}),
        "labels": list(_labels(node)),
        "result": _result(node),
    }


def _below(node: Any) -> list[Any]:
    """Return what stands directly below a node."""
    if isinstance(node, promql.MatrixSelector):
        return [node.vector_selector]
    if isinstance(node, promql.BinaryExpr):
        return [node.lhs, node.rhs]
    if isinstance(node, promql.Call):
        return node.args
    inner = promql.AggregateExpr | promql.ParenExpr | promql.UnaryExpr | promql.SubqueryExpr
    return [node.expr] if isinstance(node, inner) else []


def _selectors(node: Any) -> Iterator[Any]:
    """Yield every selector of series below `node`."""
    if isinstance(node, promql.VectorSelector):
        yield node
    for inner in _below(node):
        yield from _selectors(inner)


def _labels(node: Any) -> Iterator[tuple[str, str, str | None]]:
    """Yield every label that is looked at, with the metric that has to have it."""
    if isinstance(node, promql.VectorSelector):
        for matcher in node.matchers.matchers:
            is_equal = matcher.op == promql.MatchOp.Equal
            yield node.name, matcher.name, matcher.value if is_equal else None
    for label in _named(node):
        for selector in _selectors(node):
            yield selector.name, label, None
    for inner in _below(node):
        yield from _labels(inner)


def _named(node: Any) -> list[str]:
    """Return the labels by which a node groups, or matches its two sides."""
    if isinstance(node, promql.AggregateExpr) and node.modifier:
        return node.modifier.labels
    if isinstance(node, promql.BinaryExpr) and node.modifier and node.modifier.matching:
        return node.modifier.matching.labels
    return []


def _result(node: Any) -> list[str] | None:
    """Return the labels of what comes of a node; nothing if they are those of its series."""
    if isinstance(node, promql.AggregateExpr):
        modifier = node.modifier
        if modifier and modifier.type == promql.AggModifierType.Without:
            return None
        return modifier.labels if modifier else []
    if isinstance(node, promql.BinaryExpr):
        sides = [_result(side) for side in _below(node) if list(_selectors(side))]
        return sides[0] if sides else None
    if isinstance(node, promql.Call | promql.ParenExpr | promql.UnaryExpr):
        inner = [one for one in _below(node) if list(_selectors(one))]
        return _result(inner[-1]) if inner else None
    return None


if __name__ == "__main__":
    main()
