"""`bfcl`: whether calls of functions are the expected ones, by their syntax trees.

Calls are written in Python, as `[f(a=1), g()]`. For each, the ground truth has the values that each argument may have;
a text of nothing among them says that it may be left out. Texts are compared without case, spaces and punctuation.

Source: the Berkeley Function Calling Leaderboard,
https://gorilla.cs.berkeley.edu/blogs/8_berkeley_function_calling_leaderboard.html
"""

import ast
import re
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from fleet_eval.scoring.provider import Row, text_of
from fleet_runtime.errors import InvalidArgument

_TRUTH = "ground_truth"
_IGNORED = re.compile(r"[ ,./\-_*^]")
# In characters. A list of calls is not longer, and a syntax tree takes much more memory than its text.
_LONGEST = 100_000


class _Call(msgspec.Struct):
    """A call: the function's name, and its arguments by theirs."""

    name: str
    arguments: dict[str, Any]


def bfcl(row: Row, place: int) -> float:
    """Return 1 if the calls in `generated_answer` are those of `ground_truth`, in any order, else 0.

    Where `ground_truth` is empty, no function fits, and 1 is for an answer that calls none.

    Raises:
        InvalidArgument: The row has no ground truth.
    """
    truth = _truth(row, place)
    calls = _calls(text_of(row, place, "generated_answer"))
    if not truth:
        return float(not calls)
    if calls is None or len(calls) != len(truth):
        return 0.0
    left = list(calls)
    for expected in truth:
        found = next((call for call in left if _is(call, expected)), None)
        if found is None:
            return 0.0
        left.remove(found)
    return 1.0


def _is(call: _Call, expected: Mapping[str, Mapping[str, Sequence[Any]]]) -> bool:
    """Tell whether a call is an expected one."""
    ((name, arguments),) = expected.items()
    if call.name != name or call.arguments.keys() - arguments.keys():
        return False
    return all(
        _fits(call.arguments[each], allowed) if each in call.arguments else "" in allowed
        for each, allowed in arguments.items()
    )


def _fits(value: Any, allowed: Sequence[Any]) -> bool:
    """Tell whether a value is one of those that are allowed."""
    return any(_same(value, other) for other in allowed)


def _same(value: Any, other: Any) -> bool:
    if isinstance(value, bool) or isinstance(other, bool):
        return value is other
    if isinstance(value, str) and isinstance(other, str):
        return _plain(value) == _plain(other)
    if isinstance(value, (list, tuple)) and isinstance(other, list):
        return len(value) == len(other) and all(map(_same, value, other))
    if isinstance(value, dict) and isinstance(other, dict):
        # Within a structure the ground truth has lists of what is allowed again.
        return not value.keys() - other.keys() and all(
            _fits(value[name], _listed(inner)) if name in value else "" in _listed(inner)
            for name, inner in other.items()
        )
    return bool(value == other)


def _listed(allowed: Any) -> list[Any]:
    return allowed if isinstance(allowed, list) else [allowed]


def _plain(text: str) -> str:
    return _IGNORED.sub("", text).lower().replace("'", '"')


def _calls(text: str) -> list[_Call] | None:
    """Return the calls that a text is; nothing if it is something else."""
    text = text.strip().strip("`").removeprefix("python").strip()
    text = text if text.startswith("[") else f"[{text}]"
    try:
        body = ast.parse(text[:_LONGEST], mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if not isinstance(body, ast.List) or not body.elts:
        return None
    calls = [_call(each) for each in body.elts]
    return None if None in calls else [call for call in calls if call]


def _call(node: ast.expr) -> _Call | None:
    if not isinstance(node, ast.Call) or node.args:
        return None
    try:
        arguments = {each.arg or "": ast.literal_eval(each.value) for each in node.keywords}
    except (ValueError, TypeError, RecursionError, MemoryError, SyntaxError):
        return None
    return _Call(ast.unparse(node.func), arguments)


def _truth(row: Row, place: int) -> list[dict[str, dict[str, list[Any]]]]:
    truth = row.get(_TRUTH)
    kind = list[dict[str, dict[str, list[Any]]]]
    try:
        found = msgspec.json.decode(truth, type=kind) if isinstance(truth, str) else truth
        calls = msgspec.convert(found, kind)
    except msgspec.DecodeError:
        calls = None
    if calls is None or any(len(call) != 1 for call in calls):
        raise InvalidArgument(
            f"Row {place} must have a list of calls in '{_TRUTH}': the values that are allowed, by the names of the"
            " arguments, by the name of the function.",
            code="missing_column",
            param=f"input_rows[{place}].{_TRUTH}",
        )
    return calls
