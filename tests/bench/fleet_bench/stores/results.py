"""What is found, as it is written down."""

from dataclasses import dataclass

from fleet_bench.stores.store import Side

EXACT = "exact"
"""What stands for a store in the judged set where all vectors are compared."""


@dataclass(frozen=True, slots=True)
class Filling:
    """What putting rows in took.

    Attributes:
        store: Which store.
        side: Which side of it.
        size: How many rows were in afterwards.
        rows: How many were put in.
        seconds: How long that took.
        ready_seconds: How long it took then until the first search was answered, where an index is made for that.
        cpu_seconds: What both cost.
    """

    store: str
    side: Side
    size: int
    rows: int
    seconds: float
    ready_seconds: float
    cpu_seconds: float


@dataclass(frozen=True, slots=True)
class Sample:
    """What searches took, and how good they were.

    Attributes:
        store: Which store.
        side: Which side of it.
        size: How many rows were in it.
        filtered: Whether each search was among about 1 % of them.
        callers: How many asked at once.
        candidates: How many were looked at for each, in a graph; `None` is the default.
        searches: How many were counted.
        recall: Which part of the ten nearest was found, on average.
        ndcg: The same, with regard to order.
        per_second: How many searches were answered a second.
        p50_ms: What a caller waits in the middle.
        p99_ms: What a caller waits at worst, but for one in a hundred.
        cpu_ms: The CPU time of a search, of this process and the engine's.
    """

    store: str
    side: Side
    size: int
    filtered: bool
    callers: int
    candidates: int | None
    searches: int
    recall: float
    ndcg: float
    per_second: float
    p50_ms: float
    p99_ms: float
    cpu_ms: float


@dataclass(frozen=True, slots=True)
class Judged:
    """How well a store answers.

    Attributes:
        store: Which store; `EXACT` compares all vectors.
        mode: How it searches: `vector`, `keyword` or `hybrid`.
        ndcg: Of the first ten topics, on average over the questions.
        recall: Which part of the relevant topics is among the first ten.
    """

    store: str
    mode: str
    ndcg: float
    recall: float
