"""Selections in Chroma's filters.

Format: https://docs.trychroma.com/docs/querying-collections/metadata-filtering
"""

from collections.abc import Sequence
from typing import Any

from fleet_vector_io.chroma.records import FILE, ID, MARKS
from fleet_vector_io.marks import All, Condition, Has, Lacks, Place, Some, spelled
from fleet_vector_io.provider import Selection


def selected(selection: Selection) -> dict[str, Any] | None:
    """Return what is to be said of records so that Chroma takes those selected, or `None` if that is nothing.

    Ids are metadata here: where Chroma is told ids of records themselves, it fails at those that are not there.
    """
    parts = []
    for field, texts in ((ID, selection.ids), (FILE, selection.file_ids)):
        if texts is not None:
            if not texts:  # Chroma takes no empty list
                return None
            parts.append({field: {"$in": list(dict.fromkeys(texts))}})
    if selection.condition is not None:
        parts.append(_condition(spelled(selection.condition)))
    return {"where": joined("$and", parts)} if parts else {}


def joined(how: str, parts: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Return `parts` as one condition. Chroma wants at least two under a word."""
    return parts[0] if len(parts) == 1 else {how: list(parts)}


def _condition(condition: Condition) -> dict[str, Any]:
    match condition:
        case Has(marks):
            return joined("$or", [{MARKS: {"$contains": mark}} for mark in marks])
        case Lacks(marks):
            return joined("$and", [{MARKS: {"$not_contains": mark}} for mark in marks])
        case Place(name, operator, number):
            return {name: {f"${operator}": number}}
        case All(parts):
            return joined("$and", [_condition(part) for part in parts])
        case Some(parts):
            return joined("$or", [_condition(part) for part in parts])
