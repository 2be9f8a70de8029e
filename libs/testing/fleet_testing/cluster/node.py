"""The machine on which pods run: a network of its own, in which every pod has an address."""

import asyncio
import socket
import subprocess
import sys
from collections.abc import Sequence
from itertools import count
from types import TracebackType
from typing import Self

from fleet_testing.cluster import sockets

BRIDGE = "pods"
ADDRESS = "10.244.0.1"
"""Where pods reach the node itself."""
DNS = "10.96.0.10"
"""Where pods find names."""
_SERVICES = "10.96.0"
_FIRST_SERVICE = 100


class NodeError(Exception):
    """The machine does not let us have namespaces; the text says what it said."""


class Network:
    """The network of one pod.

    Attributes:
        address: The pod's IP address.
        enter: What comes before a command that is to run in it.
    """

    def __init__(self, holder: "subprocess.Popen[bytes]", address: str) -> None:
        self.address = address
        self.enter = _enter(holder.pid)
        self._holder = holder

    def close(self) -> None:
        """Give it back."""
        _end(self._holder)


class Node:
    """The machine; to be used with `async with`."""

    async def __aenter__(self) -> Self:
        self._holder, self._sockets = _start_node()
        self._numbers = count(2)
        self._services = count(_FIRST_SERVICE)
        self.new_socket(socket.SOCK_STREAM).close()  # now it is where it has to be
        self.enter = _enter(self._holder.pid)
        await _ip(
            self.enter,
            "link set lo up",
            f"link add {BRIDGE} type bridge",
            f"addr add {ADDRESS}/16 dev {BRIDGE}",
            f"addr add {DNS}/32 dev lo",
            f"link set {BRIDGE} up",
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._sockets.close()
        _end(self._holder)

    def new_socket(self, kind: socket.SocketKind) -> socket.socket:
        """Return a new socket in the node's network.

        Raises:
            NodeError: There is no such network.
        """
        try:
            self._sockets.send(bytes([kind]))
            _, found, _, _ = socket.recv_fds(self._sockets, 1, 1)
        except ConnectionError:
            found = []
        if not found:
            raise NodeError("this machine lets us have no namespaces of users and networks")
        made = socket.socket(fileno=found[0])
        made.setblocking(False)
        return made

    def listening(self, host: str, port: int) -> socket.socket:
        """Return a socket that listens on an address of the node."""
        made = self.new_socket(socket.SOCK_STREAM)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen(1024)
        return made

    async def connected(self, host: str, port: int) -> socket.socket:
        """Return a socket that is connected to an address in the cluster.

        Raises:
            OSError: Nobody listens there.
        """
        made = self.new_socket(socket.SOCK_STREAM)
        try:
            await asyncio.get_running_loop().sock_connect(made, (host, port))
        except BaseException:
            made.close()
            raise
        return made

    async def add_service_address(self) -> str:
        """Return a new address of the node, by which a service can be reached."""
        address = f"{_SERVICES}.{next(self._services)}"
        await _ip(self.enter, f"addr add {address}/32 dev lo")
        return address

    async def add_pod(self) -> Network:
        """Return the network of a new pod."""
        number = next(self._numbers)
        address = f"10.244.{number >> 8}.{number & 255}"
        holder = _start_pod(self.enter)
        if holder.stdout:
            await asyncio.to_thread(holder.stdout.readline)  # now it is where it has to be
        network = Network(holder, address)
        await _ip(
            self.enter,
            f"link add pod{number} type veth peer name eth0 netns {holder.pid}",
            f"link set pod{number} master {BRIDGE} up",
        )
        await _ip(
            network.enter,
            "link set lo up",
            f"addr add {address}/16 dev eth0",
            "link set eth0 up",
            f"route add default via {ADDRESS}",
        )
        return network


def _start_node() -> "tuple[subprocess.Popen[bytes], socket.socket]":
    """Start what holds the node's network, and return it with what to ask for sockets."""
    ours, theirs = socket.socketpair()
    with theirs:
        holder = subprocess.Popen(
            [
                *("unshare", "--user", "--map-root-user", "--net"),
                *(sys.executable, "-IS", sockets.__file__, str(theirs.fileno())),
            ],
            pass_fds=[theirs.fileno()],
        )
    return holder, ours


def _start_pod(enter: Sequence[str]) -> "subprocess.Popen[bytes]":
    """Start what holds a pod's network, for as long as nobody closes its input, as the end of this process does."""
    return subprocess.Popen(
        [*enter, "unshare", "--net", "sh", "-c", "echo; exec cat"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


def _enter(pid: int) -> tuple[str, ...]:
    return ("nsenter", "--target", str(pid), "--user", "--net", "--preserve-credentials")


async def _ip(enter: Sequence[str], *commands: str) -> None:
    """Run commands of ip(8) in a network."""
    process = await asyncio.create_subprocess_exec(
        *(*enter, "ip", "-batch", "-"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    said, _ = await process.communicate("\n".join(commands).encode())
    if process.returncode:
        raise NodeError(said.decode().strip())


def _end(holder: "subprocess.Popen[bytes]") -> None:
    holder.kill()
    if holder.stdin:
        holder.stdin.close()
    if holder.stdout:
        holder.stdout.close()
    holder.wait()
