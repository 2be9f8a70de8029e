"""What the process is told, and what it says: a line of JSON each."""

from typing import Any

import msgspec


class Order(msgspec.Struct):
    """What is to be run.

    Attributes:
        task: The task, or the group of tasks.
        model: The model.
        url: Where chat completions are.
        headers: What each request carries.
        folder: Where more tasks are described.
        own_only: Whether only those are known.
        cache: The file that keeps answers; none if unset.
        generation: How tokens are chosen, in the harness's words.
        system: What the model is told first.
        limit: How many rows of each task are asked; all if unset.
        shots: How many examples come before each; as the task has it if unset.
        at_once: How many requests are under way at once.
        seconds: The longest that an answer may take.
        tokens: The most tokens of an answer, where neither the caller nor the task says.
    """

    task: str
    model: str
    url: str
    headers: dict[str, str]
    folder: str | None
    own_only: bool
    cache: str | None
    generation: dict[str, Any]
    system: str | None
    limit: int | None
    shots: int | None
    at_once: int
    seconds: int
    tokens: int


class Sample(msgspec.Struct, tag="sample"):
    """What came of a row.

    Attributes:
        row: The row.
        said: What the model said to it.
        scores: How that was scored, by task, metric and filter; nothing where it is no number.
    """

    row: dict[str, Any]
    said: str | None
    scores: dict[str, float | None]


class Metric(msgspec.Struct, tag="metric"):
    """What was made of all scores.

    Attributes:
        name: Of which: the task, the metric and the filter.
        value: It.
        stderr: Its standard error, if that is known.
    """

    name: str
    value: float | None
    stderr: float | None


class Asked(msgspec.Struct, tag="asked"):
    """All rows were asked.

    Attributes:
        total: How many these are.
    """

    total: int


class Failed(msgspec.Struct, tag="failed"):
    """The harness could not run it.

    Attributes:
        kind: The class of its error.
        message: What the error says.
    """

    kind: str
    message: str


class Ended(msgspec.Struct, tag="ended"):
    """All is said."""
