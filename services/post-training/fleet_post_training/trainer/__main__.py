"""`python -m fleet_post_training.trainer FOLDER PARENT`: train what the folder's task says, and tell of it on stdout.

With several processes this one becomes torchrun, which starts this module once for each.
"""

import os
import sys
from pathlib import Path
from typing import IO

import msgspec

from fleet_post_training.trainer.bounds import confine, end_with
from fleet_post_training.trainer.task import TASK, Event, TrainerTask

_MODULE = "fleet_post_training.trainer"
# What torchrun tells the processes that it starts.
_RANK = "RANK"


def main(folder: Path, parent: int) -> None:
    """Train."""
    task = msgspec.json.decode((folder / TASK).read_bytes(), type=TrainerTask)
    if task.processes > 1 and _RANK not in os.environ:
        end_with(parent)
        _become_torchrun(folder, task.processes)
    end_with(os.getppid() if _RANK in os.environ else parent)
    confine(task.memory)
    with _events() as events:
        # Only here, so that a process which is to end with another one has said so before it loads for seconds.
        from fleet_post_training.trainer.training import train  # noqa: PLC0415

        is_first = os.environ.get(_RANK, "0") == "0"
        train(folder, task, _Teller(events if is_first else None).tell)


class _Teller:
    """Tells events, one a line; nobody if there is nowhere to."""

    def __init__(self, events: IO[bytes] | None) -> None:
        self._events = events

    def tell(self, event: Event) -> None:
        if self._events is not None:
            self._events.write(msgspec.json.encode(event) + b"\n")
            self._events.flush()


def _events() -> IO[bytes]:
    """Return where events are told. What libraries print goes to the log instead."""
    told = os.dup(1)
    os.dup2(2, 1)
    return os.fdopen(told, "wb")


def _become_torchrun(folder: Path, processes: int) -> None:
    """Become torchrun (https://docs.pytorch.org/docs/stable/elastic/run.html), which ends with its parent as we do."""
    options = ("--standalone", "--nproc-per-node", str(processes), "--max-restarts", "0")
    module = ("-m", _MODULE, str(folder), "0")
    os.execv(sys.executable, [sys.executable, "-m", "torch.distributed.run", *options, *module])  # noqa: S606


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
