"""What is counted of tools. The tools of servers that callers name have no names here: there may be any number."""

import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass

from prometheus_client import Counter, Histogram

_LABELS = ("tool_group", "tool_name", "provider", "status")
_INVOCATIONS = Counter("tool_runtime_invocations", "Tools that were run.", _LABELS)
_DURATION = Histogram(
    "tool_runtime_duration_seconds",
    "From the call of a tool to what it gave.",
    _LABELS,
    buckets=(0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300),
)


@dataclass
class Outcome:
    """How a tool ended.

    Attributes:
        failed: Whether it said that it failed.
    """

    failed: bool = False


@contextmanager
def counted(provider: str, group: str | None, tool: str) -> Generator[Outcome, None, None]:
    """Count what is done in the block as one run of a tool."""
    outcome, begun = Outcome(), time.perf_counter()
    status = "error"
    try:
        yield outcome
        status = "failed" if outcome.failed else "success"
    finally:
        labels = (group or "", tool if group else "", provider, status)
        _INVOCATIONS.labels(*labels).inc()
        _DURATION.labels(*labels).observe(time.perf_counter() - begun)
