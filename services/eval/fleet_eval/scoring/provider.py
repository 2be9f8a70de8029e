"""What a provider of scoring functions is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from fleet.eval.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.errors import InvalidArgument
from fleet_runtime.providers import Provider

Row: TypeAlias = Mapping[str, Any]
"""A row to be scored: values by the names of columns."""
Score: TypeAlias = dict[str, Any]
"""How a row was scored: its `score`, which may be `None` where there is none, and what more there is to say."""


@dataclass(frozen=True, slots=True)
class Offered:
    """A function that a provider has.

    Attributes:
        name: Its name, such as `basic::equality`.
        description: What it is for.
        params: What it does where nobody says anything else.
        return_type: Of what kind its scores are.
    """

    name: str
    description: str
    params: m.ScoringParams
    return_type: str = "number"


class ScoringProvider(Provider, Protocol):
    """Scores rows."""

    @property
    def functions(self) -> Sequence[Offered]:
        """The functions that are always there."""
        ...

    def check(self, name: str, params: m.ScoringParams) -> None:
        """Refuse what could never be scored by.

        Raises:
            InvalidArgument: There is no function of that name, or its parameters are wrong.
        """
        ...

    async def score(
        self, name: str, params: m.ScoringParams, rows: Sequence[Row], call: Call
    ) -> list[Score]:
        """Score rows, each by itself; blocks no loop.

        Raises:
            InvalidArgument: A row lacks what the function reads.
            FleetError: As the model failed that judges.
        """
        ...


def text_of(row: Row, place: int, column: str) -> str:
    """Return the text that a row has in a column.

    Args:
        row: The row.
        place: Which of the rows it is, for the error.
        column: The name of the column.

    Raises:
        InvalidArgument: It has none there.
    """
    value = row.get(column)
    if not isinstance(value, str):
        raise InvalidArgument(
            f"Row {place} must have a text in '{column}'.",
            code="missing_column",
            param=f"input_rows[{place}].{column}",
        )
    return value


def unknown_function(name: str, known: Sequence[Offered]) -> InvalidArgument:
    """Return the error for a function that a provider does not have."""
    names = ", ".join(each.name for each in known)
    return InvalidArgument(
        f"The provider has no function '{name}'; it has: {names}.",
        code="unknown_scoring_function",
        param="provider_scoring_fn_id",
    )
