"""Selections in Milvus' boolean expressions.

All texts in them are digests, so that nothing needs quoting. Format: https://milvus.io/docs/boolean.md
"""

from collections.abc import Sequence

from fleet_vector_io.marks import All, Condition, Has, Lacks, Place, Some, spelled
from fleet_vector_io.milvus.schema import FILE, KEY, MARKS, digest
from fleet_vector_io.provider import Selection

EVERY = f'{KEY} > ""'
"""What every chunk fulfils."""

_NOTHING = f'{KEY} == ""'
_SIGNS = {"gt": ">", "gte": ">=", "lt": "<", "lte": "<=", "eq": "=="}


def selected(selection: Selection) -> str:
    """Return what is fulfilled by what is selected."""
    parts = []
    if selection.ids is not None:
        parts.append(_among(KEY, selection.ids))
    if selection.file_ids is not None:
        parts.append(_among(FILE, selection.file_ids))
    if selection.condition is not None:
        parts.append(_expression(spelled(selection.condition)))
    return " and ".join(parts) or EVERY


def _expression(condition: Condition) -> str:
    match condition:
        case Has(marks):
            return _joined(" or ", [f'{MARKS} like "%,{mark},%"' for mark in marks])
        case Lacks(marks):
            return _joined(" and ", [f'not ({MARKS} like "%,{mark},%")' for mark in marks])
        case Place(name, operator, number):
            return f'$meta["{name}"] {_SIGNS[operator]} {number}'
        case All(parts):
            return _joined(" and ", [_expression(part) for part in parts])
        case Some(parts):
            return _joined(" or ", [_expression(part) for part in parts])


def _joined(word: str, parts: Sequence[str]) -> str:
    return f"({word.join(parts)})"


def _among(field: str, texts: Sequence[str]) -> str:
    if not texts:
        return _NOTHING
    values = ", ".join(f'"{digest(text)}"' for text in texts)
    return f"{field} in [{values}]"
