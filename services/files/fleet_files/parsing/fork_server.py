"""The process that forks workers: `python -m fleet_files.parsing.fork_server PARENT MODULE…`.

It loads the modules once, for all workers to come. Its input is a socket, by which the service sends it two more for
each worker that it wants: one by which the worker is given its file and answers, and its leash. When the service lets
go of the leash the worker is killed; when the worker ends, its exit code is written there. When the input ends, all do.

Only a process with one thread may be forked. Where there are more once the modules are loaded, or nobody can tell, it
begins again without them, and each worker loads its own.
"""

import gc
import importlib
import os
import socket
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from multiprocessing.connection import wait
from multiprocessing.context import ForkProcess
from pathlib import Path

from fleet_files.parsing import confinement, worker

_TASKS = Path("/proc/self/task")


def main() -> None:
    """Fork workers until the service closes the socket."""
    parent, *modules = sys.argv[1:]
    confinement.end_with(int(parent))
    confinement.leave_network()
    if modules:
        _load(modules)
    ForkServer(_control()).run()


def _load(modules: Sequence[str]) -> None:
    """Load modules, or begin again if this process could not be forked then."""
    # Where one fails to load, each worker tries again and tells why.
    with suppress(Exception):
        for module in modules:
            importlib.import_module(module)
    if not _has_one_thread():
        os.execv(sys.executable, sys.orig_argv[: -len(modules)])  # noqa: S606 - no shell is wanted, and it is ourselves
    # What no garbage collection touches stays shared with the workers.
    gc.freeze()


def _has_one_thread() -> bool:
    """Whether this process is known to have no other thread, not even one of a library in C."""
    return _TASKS.exists() and len(list(_TASKS.iterdir())) == 1


def _control() -> socket.socket:
    """Return the input, and leave libraries that read one that is empty."""
    control = socket.socket(fileno=os.dup(0))
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    return control


class ForkServer:
    """Forks workers, and tells what became of each.

    Args:
        control: Where their sockets come from.
    """

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._leashes: dict[ForkProcess, socket.socket] = {}

    def run(self) -> None:
        """Serve until the other end of `control` is closed, then kill all workers.

        Raises:
            OSError: The system lets us have no more processes.
        """
        asked = True
        while asked:
            sentinels = [process.sentinel for process in self._leashes]
            ready = wait([self._control, *self._leashes.values(), *sentinels])
            for process, leash in list(self._leashes.items()):
                if leash in ready or process.sentinel in ready:
                    self._end(process)
            if self._control in ready:
                asked = self._fork()
        for process in list(self._leashes):
            self._end(process)

    def _fork(self) -> bool:
        """Fork a worker for the sockets that come; say whether any did."""
        _, descriptors, _, _ = socket.recv_fds(self._control, 1, 2)
        if not descriptors:
            return False
        channel, leash = (socket.socket(fileno=descriptor) for descriptor in descriptors)
        others = (self._control, leash, *self._leashes.values())
        process = ForkProcess(target=_work, args=(os.getpid(), channel, others))
        process.start()
        channel.close()
        self._leashes[process] = leash
        return True

    def _end(self, process: ForkProcess) -> None:
        """See a worker off that has ended, or whose leash was let go of."""
        process.kill()
        process.join()
        leash = self._leashes.pop(process)
        with leash, suppress(OSError):  # nobody may be there any more, or who was has filled it
            leash.send(str(process.exitcode).encode(), socket.MSG_DONTWAIT)
        process.close()


def _work(parent: int, channel: socket.socket, others: Iterable[socket.socket]) -> None:
    """Be a worker, which has its own channel and no other's."""
    confinement.end_with(parent)
    for other in others:
        other.close()
    worker.work(channel)


if __name__ == "__main__":
    main()
