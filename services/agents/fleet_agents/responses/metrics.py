"""What is counted of the making of responses."""

from collections.abc import Iterable

from prometheus_client import Counter, Histogram

from fleet_agents.responses.steps import Step

_RUNS = Counter(
    "agents_responses",
    "Runs of responses, by how they ended. One in the background that is tried again is several.",
    ("status",),
)
_DURATION = Histogram(
    "agents_response_duration_seconds",
    "From the beginning of a run to its end.",
    ("status",),
    buckets=(0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 900),
)
_TURNS = Histogram(
    "agents_response_turns",
    "How often the model had answered when a run ended.",
    buckets=(0, 1, 2, 3, 5, 8, 13, 21),
)
_CALLS = Counter(
    "agents_tool_calls",
    "Calls of tools by models; their kinds are the types of a response's items.",
    ("kind", "status"),
)


def count(status: str, seconds: float, turns: int, steps: Iterable[Step]) -> None:
    """Count a run that ended, and the calls among its steps.

    Args:
        status: That of the response; `in_progress` if its caller left, or this process is to end.
        seconds: How long it took.
        turns: How often the model has answered.
        steps: What happened in it.
    """
    _RUNS.labels(status).inc()
    _DURATION.labels(status).observe(seconds)
    _TURNS.observe(turns)
    for step in steps:
        if step.use is None:
            continue
        if step.item is None:
            _CALLS.labels("unknown", "failed").inc()
        else:
            _CALLS.labels(step.item.type, step.item.status or "completed").inc()
