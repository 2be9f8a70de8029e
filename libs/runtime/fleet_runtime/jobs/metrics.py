"""What is counted of jobs, as metrics of this process. All names are here; a queue is called as its table is.

How many jobs there are, every process of a service says of the one table that they share; attempts are each process's
own.
"""

from prometheus_client import Counter, Gauge, Histogram

from fleet_runtime.jobs.queue import Depth

_QUEUE = ("queue",)
# In seconds: from a file that is put in to a model that is trained.
_DURATIONS = (0.01, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600, 14400)

_JOBS = Gauge("fleet_jobs", "Jobs that wait, are worked on, or are put off.", (*_QUEUE, "state"))
_OLDEST = Gauge(
    "fleet_jobs_oldest_waiting_seconds",
    "For how long the job has waited that has done so longest; 0 if none does.",
    _QUEUE,
)
_ATTEMPTS = Counter(
    "fleet_jobs_attempts",
    "Attempts at jobs by how they ended: done, postponed, failed for good, or stopped.",
    (*_QUEUE, "outcome"),
)
_DURATION = Histogram(
    "fleet_jobs_attempt_duration_seconds",
    "From the beginning of an attempt at a job to its end.",
    _QUEUE,
    buckets=_DURATIONS,
)


def show(queue: str, depth: Depth) -> None:
    """Show what there is in a queue."""
    for state in ("waiting", "working", "postponed"):
        _JOBS.labels(queue, state).set(getattr(depth, state))
    _OLDEST.labels(queue).set(depth.oldest)


def count(queue: str, outcome: str, seconds: float) -> None:
    """Count an attempt that ended."""
    _ATTEMPTS.labels(queue, outcome).inc()
    _DURATION.labels(queue).observe(seconds)
