"""The process that runs code: `python -m fleet_tools.sandbox.launcher`.

Its input is a socket, by which it is given one order, and by which it reports when the run has ended. When the service
lets go of the socket before, everything ends. What the code writes goes to the launcher's own outputs.

The service has threads, and so must not fork; this process has none. It forks the jail's first process, which sees to
the others that end in there, and that one the code's.
"""

import fcntl
import json
import os
import select
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NoReturn

from fleet_tools.sandbox import jail as jails
from fleet_tools.sandbox import privileges, processes
from fleet_tools.sandbox.jail import Jail
from fleet_tools.sandbox.order import Order, Report, Verdict
from fleet_tools.sandbox.watch import Watch

# In bytes. What a pipe holds, so that nobody need read it before the end.
_PIPE = 64 * 1024
# Else it would be memory that no limit counts.
_SEALS = fcntl.F_SEAL_SEAL | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE


def main() -> None:
    """Run one order."""
    service = socket.socket(fileno=os.dup(0))
    line = b""
    while not line.endswith(b"\n"):
        piece = service.recv(_PIPE)
        if not piece:
            return
        line += piece
    try:
        report = Launcher(Order.read(line), service).run()
    except Exception as error:  # noqa: BLE001 - a boundary: whatever it is, nothing may run on, and somebody must hear of it
        processes.Family().kill()
        report = Report("isolation", -1, None, [], [], 0.0, {"launcher": repr(error)})
    with suppress(OSError):  # the service is gone
        service.sendall(report.line())


class Launcher:
    """One run.

    Args:
        order: What to run.
        service: Whoever ordered it; its end of the socket being closed ends the run.
    """

    def __init__(self, order: Order, service: socket.socket) -> None:
        self._order = order
        self._service = service
        self._told, self._tell = os.pipe()
        self._value, self._give = os.pipe()
        self._begun = time.monotonic()

    def run(self) -> Report:
        """Run the code, and return what became of it."""
        jails.subreaper()
        _become_input(self._order.code)
        jail = Jail(self._order)
        jail.leave()
        first = _forked(lambda: _enter(jail, self._tell, self._give), self._tell)
        self._let_go()
        family = processes.Family()
        verdict = self._watched(first, Watch(self._order, family))
        if verdict != "ended":
            family.kill()
        status = _status(first)
        family.kill()
        return self._report(verdict, status)

    def _let_go(self) -> None:
        """Leave the outputs, the input and the pipes' ends to the code."""
        nothing = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(nothing, descriptor)
        for descriptor in (nothing, self._tell, self._give):
            os.close(descriptor)

    def _watched(self, first: int, watch: Watch) -> Verdict:
        """Wait until the run ends, or takes too much, or nobody wants it any more."""
        ended = os.pidfd_open(first)
        poll = select.poll()
        poll.register(ended, select.POLLIN)
        poll.register(self._service, select.POLLIN | select.POLLRDHUP)
        while True:
            ready = [descriptor for descriptor, _ in poll.poll(watch.wait() * 1000)]
            if ended in ready:
                return "ended"
            verdict = "seconds" if ready else watch.look()
            if verdict:
                return verdict

    def _report(self, verdict: Verdict, status: int) -> Report:
        told = _lines(self._told)
        has: dict[str, Any] = {"layers": [], "protections": [], "trouble": {}}
        for line in told:
            has |= line
        lacking = set(self._order.require) - set(has["protections"])
        if "launcher" in has["trouble"] or (verdict == "ended" and lacking):
            verdict = "isolation"
        value = _available(self._value)
        return Report(
            verdict=verdict,
            status=has.get("status", status),
            value=value.decode(errors="replace") if value else None,
            layers=has["layers"],
            protections=has["protections"],
            seconds=time.monotonic() - self._begun,
            trouble=has["trouble"],
        )


def _become_input(code: str) -> None:
    """Let the code be what this process, and the one that becomes the program, reads from its input."""
    file = os.memfd_create("code", os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    with os.fdopen(os.dup(file), "wb") as writer:
        writer.write(code.encode(errors="surrogatepass"))
    fcntl.fcntl(file, fcntl.F_ADD_SEALS, _SEALS)
    os.lseek(file, 0, os.SEEK_SET)
    os.dup2(file, 0)
    os.close(file)


def _enter(jail: Jail, tell: int, give: int) -> None:
    """Be the jail's first process."""
    jail.enter()
    if not jail.apart:
        jail.run(tell, give)
    privileges.hide()
    second = _forked(lambda: jail.run(tell, give), tell)
    for descriptor in (0, 1, 2, give):
        os.close(descriptor)
    while True:
        pid, status = os.wait()
        if pid == second:
            told = {"status": os.waitstatus_to_exitcode(status)}
            os.write(tell, json.dumps(told).encode() + b"\n")
            os._exit(0)


def _forked(work: Callable[[], None], tell: int) -> int:
    """Fork a process that does some work, and never returns; return its number."""
    pid = os.fork()
    if pid == 0:
        _work(work, tell)
    return pid


def _work(work: Callable[[], None], tell: int) -> NoReturn:
    try:
        work()
    except BaseException as error:  # noqa: BLE001 - a boundary: nothing may run on as the launcher does
        told = {"trouble": {"launcher": f"{type(error).__name__}: {error}"}}
        os.write(tell, json.dumps(told).encode() + b"\n")
    os._exit(os.EX_SOFTWARE)


def _status(first: int) -> int:
    """Return how the first process ended; -9 if somebody saw it off already, who had killed it."""
    try:
        return os.waitstatus_to_exitcode(os.waitpid(first, 0)[1])
    except ChildProcessError:
        return -9


def _lines(pipe: int) -> list[dict[str, Any]]:
    return [json.loads(line) for line in _available(pipe).splitlines()]


def _available(pipe: int) -> bytes:
    """Return what is in a pipe whose writers are gone."""
    os.set_blocking(pipe, False)
    with suppress(BlockingIOError):
        return os.read(pipe, _PIPE)
    return b""


if __name__ == "__main__":
    main()
