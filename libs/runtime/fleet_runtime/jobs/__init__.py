"""Long work that goes on whatever dies meanwhile: a table of jobs in the service's own database, and who works on them.

A job is put in, and taken out, by the transaction that changes what it is about. So there is never one without the
other: no job is lost, and what came of one is written once.
"""

from fleet_runtime.jobs.journal import Journal
from fleet_runtime.jobs.queue import Job, JobQueue, TakenAwayError
from fleet_runtime.jobs.worker import Work, Worker, WorkerConfig, kept

__all__ = ["Job", "JobQueue", "Journal", "TakenAwayError", "Work", "Worker", "WorkerConfig", "kept"]
