"""`ifeval`: how many of its instructions a response follows."""

from collections.abc import Sequence
from typing import Any

import msgspec

from fleet_eval.scoring.basic.instructions import CHECKS, looser
from fleet_eval.scoring.provider import Row, Score, text_of
from fleet_runtime.errors import InvalidArgument

_NAMES = "instruction_id_list"
_ARGUMENTS = "kwargs"


class _Asked(msgspec.Struct):
    """The instructions of a row; in data sets that were flattened, arguments are JSON."""

    instruction_id_list: list[str]
    kwargs: list[dict[str, Any]] | str


def ifeval(row: Row, place: int) -> Score:
    """Score a row: the share of its instructions that are followed, weighted by how many there are.

    Returns:
        `score` and `weight`, whose weighted average over rows is the strict accuracy of instructions; besides, which
        are `followed` strictly, and the `loose_score`, which forgives introductions and asterisks.

    Raises:
        InvalidArgument: The row has no instructions, or some that are not known.
    """
    names, arguments = _instructions(row, place)
    response = text_of(row, place, "generated_answer")
    forms = looser(response)
    followed = [_follows(n, a, [response], place) for n, a in zip(names, arguments, strict=True)]
    loosely = [_follows(n, a, forms, place) for n, a in zip(names, arguments, strict=True)]
    return {
        "score": sum(followed) / len(names),
        "weight": len(names),
        "loose_score": sum(loosely) / len(names),
        "followed": followed,
    }


def _follows(name: str, arguments: dict[str, Any], forms: Sequence[str], place: int) -> bool:
    """Tell whether any of the forms of a response follows an instruction. An empty one follows none."""
    try:
        return any(bool(form.strip()) and CHECKS[name](form, arguments) for form in forms)
    except (KeyError, TypeError, AttributeError) as error:
        raise _wrong(
            f"the arguments of '{name}' are not as it wants them ({error})", place
        ) from None


def _instructions(row: Row, place: int) -> tuple[list[str], list[dict[str, Any]]]:
    try:
        asked = msgspec.convert(dict(row), _Asked)
        arguments = (
            msgspec.json.decode(asked.kwargs, type=list[dict[str, Any]])
            if isinstance(asked.kwargs, str)
            else asked.kwargs
        )
    except msgspec.DecodeError as error:  # a wrong type is one, too
        raise _wrong(str(error), place) from None
    names = asked.instruction_id_list
    unknown = [name for name in names if name not in CHECKS]
    if unknown or not names or len(names) != len(arguments):
        what = (
            f"'{unknown[0]}' is unknown"
            if unknown
            else "each needs its arguments, and there must be one"
        )
        raise _wrong(what, place)
    return names, arguments


def _wrong(why: str, place: int) -> InvalidArgument:
    return InvalidArgument(
        f"Row {place} must have instructions in '{_NAMES}' and '{_ARGUMENTS}': {why}.",
        code="invalid_instructions",
        param=f"input_rows[{place}].{_NAMES}",
    )
