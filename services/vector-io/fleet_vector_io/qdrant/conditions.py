"""Selections in Qdrant's filters.

Format: https://qdrant.tech/documentation/concepts/filtering
"""

from collections.abc import Sequence

from qdrant_client import models as q

from fleet_vector_io.marks import All, Condition, Has, Lacks, Place, Some, spelled
from fleet_vector_io.provider import Selection
from fleet_vector_io.qdrant.points import FILE, MARKS, point_id


def selected(selection: Selection) -> q.Filter | None:
    """Return the filter that what is selected fulfils, if that is not everything."""
    must: list[q.Condition] = []
    if selection.ids is not None:
        must.append(q.HasIdCondition(has_id=[point_id(each) for each in selection.ids]))
    if selection.file_ids is not None:
        must.append(_any(FILE, selection.file_ids))
    if selection.condition is not None:
        must.append(_condition(spelled(selection.condition)))
    return q.Filter(must=must) if must else None


def _condition(condition: Condition) -> q.Condition:
    match condition:
        case Has(marks):
            return _any(MARKS, marks)
        case Lacks(marks):
            return q.Filter(must_not=[_any(MARKS, marks)])
        case Place(name, "eq", number):
            return q.FieldCondition(key=name, match=q.MatchValue(value=number))
        case Place(name, operator, number):
            beyond = q.Range.model_validate({operator: number})
            return q.FieldCondition(key=name, range=beyond)
        case All(parts):
            return q.Filter(must=[_condition(part) for part in parts])
        case Some(parts):
            return q.Filter(should=[_condition(part) for part in parts])


def _any(field: str, values: Sequence[str]) -> q.Condition:
    return q.FieldCondition(key=field, match=q.MatchAny(any=list(values)))
