"""The jail: its layers, one after the other, in the process that will run the code.

A layer that cannot be had is noted, and what the run is kept from follows from those that can.
"""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from fleet_tools.sandbox import (
    bounds,
    folders,
    kernel,
    landlock,
    namespaces,
    privileges,
    processes,
    seccomp,
)
from fleet_tools.sandbox.order import Layer, Order, Protection

VALUE = 3
"""The descriptor to which the value of the last expression is written."""


class Jail:
    """A jail that is being made; first `leave` in the launcher, the rest in what it forks.

    Args:
        order: What it is for.

    Attributes:
        layers: Those that it has.
        trouble: Why it has no more, by layer.
        apart: Whether it has processes and a network of its own.
    """

    def __init__(self, order: Order) -> None:
        self.layers: list[Layer] = []
        self.trouble: dict[str, str] = {}
        self.apart = False
        self._order = order
        # Whether the launcher runs as the code's user.
        self._launched_alike = False
        self._rooted = False
        self._was_root = os.geteuid() == 0
        self._user = order.user if self._was_root and "user" in order.layers else None
        self._others = 0

    def leave(self) -> None:
        """Leave the machine's namespaces. Where root may not, an ordinary user often may."""
        if "namespaces" in self._order.layers:
            with self._noted("namespaces"):
                self._leave()
                self.apart = True
        reachable = self._user is None or self.apart or self._reachable()
        if not reachable:
            self.trouble["user"] = (
                "only root can reach the interpreter or the folder, or root may not become another"
            )
            self._user = None
        if self._was_root and self._user is None and "user" not in self.layers:
            self._take_over()
        if not self.apart and self._user is None:
            self._others = processes.threads_of(os.getuid())

    def _take_over(self) -> None:
        """Own the code's folders: root without rights is kept out of those of others."""
        with suppress(PermissionError):  # then nothing was given away before either
            for folder in (self._order.work, self._order.scratch):
                folders.give(folder, os.geteuid())

    def _leave(self) -> None:
        try:
            namespaces.leave(as_root=self._was_root)
        except PermissionError:
            if self._user is None or not self._reachable():
                raise
            privileges.become(self._user)
            self.layers.append("user")
            self._user, self._launched_alike = None, True
            namespaces.leave(as_root=False)

    def _reachable(self) -> bool:
        program, work = self._order.command[0], self._order.work
        return self._user is not None and privileges.can_reach(self._user, program, work)

    def enter(self) -> None:
        """Go into a root of its own, and give up all rights."""
        order = self._order
        privileges.end_with_parent()
        bounds.give_way()
        if self.apart:
            with self._noted("namespaces"):
                namespaces.enter_root(order.root, order.readable, order.work, order.scratch)
                self._rooted = True
                self.layers.append("namespaces")
        privileges.drop(self._user)
        if self._user is not None:
            self.layers.append("user")
        privileges.end_with_parent()

    def close(self) -> None:
        """Shut it: what is not for code is out of reach from here on."""
        os.chdir(self.work)
        bounds.confine(self._order, self._others)
        if "landlock" in self._order.layers:
            with self._noted("landlock"):
                self._lock_files()
        if "seccomp" in self._order.layers:
            with self._noted("seccomp"):
                own = None if self.apart or self._alone else os.getpid()
                seccomp.restrict(own, files="user" not in self.layers and not self._rooted)
                self.layers.append("seccomp")

    def _lock_files(self) -> None:
        readable = [*self._order.readable, *(["/proc"] if self._rooted else [])]
        landlock.restrict(readable, [self.work, self.scratch], namespaces.DEVICES)
        self.layers.append("landlock")

    @property
    def _alone(self) -> bool:
        """Whether nothing but the code runs as its user."""
        return "user" in self.layers and not self._launched_alike

    @property
    def work(self) -> str:
        """Where code finds its folder."""
        return namespaces.WORK if self._rooted else self._order.work

    @property
    def scratch(self) -> str:
        """Where code finds its folder for what it does not want to keep."""
        return namespaces.SCRATCH if self._rooted else self._order.scratch

    def protections(self) -> list[Protection]:
        """Return what code is kept from."""
        filtered = "seccomp" in self.layers
        kept: dict[Protection, bool] = {
            "network": self.apart or filtered,
            # Landlock lets names be changed of what it does not let be opened.
            "files": self._rooted or ("landlock" in self.layers and (self._alone or filtered)),
            "processes": self.apart or self._alone or filtered,
        }
        return [protection for protection, holds in kept.items() if holds]

    def run(self, told: int, value: int) -> None:
        """Become the program, or tell why not. Never returns.

        Args:
            told: Where to write what the jail has, as JSON. Is closed then.
            value: Where the program writes its value.
        """
        os.setsid()
        self.close()
        has = {
            "layers": self.layers,
            "protections": self.protections(),
            "trouble": self.trouble,
        }
        os.write(told, json.dumps(has).encode() + b"\n")
        if set(self._order.require) - set(self.protections()):
            os._exit(os.EX_NOPERM)
        os.dup2(value, VALUE)
        # What libraries keep at home is nothing that a user asked for.
        places = {"HOME": self.scratch, "TMPDIR": self.scratch}
        os.execve(self._order.command[0], self._order.command, self._order.environ | places)  # noqa: S606 - no shell is wanted

    @contextmanager
    def _noted(self, layer: Layer) -> Iterator[None]:
        """Note why a layer cannot be had."""
        try:
            yield
        except OSError as error:
            self.trouble[layer] = str(error)


def subreaper() -> None:
    """Let processes whose parents ended become children of this one."""
    kernel.prctl(kernel.PR_SET_CHILD_SUBREAPER, 1)
