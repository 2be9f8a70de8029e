"""Ports of this machine."""

import socket
from contextlib import ExitStack

import psutil

LOOPBACK = "127.0.0.1"


class PortTakenError(Exception):
    """Another process listens on the port; the text says which, where that can be known."""


def free_ports(count: int) -> list[int]:
    """Return ports on which nobody listens, all different."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for one in sockets:
            one.bind((LOOPBACK, 0))
        return [one.getsockname()[1] for one in sockets]


def check_free(address: str, port: int) -> None:
    """Make sure that we can listen on `port`.

    Raises:
        PortTakenError: We cannot.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as probe:
        # As Envoy does: a port whose old connections are still being closed is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((address, port))
        except PermissionError as error:
            raise PortTakenError(f"no permission to listen on port {port}") from error
        except OSError as error:
            raise PortTakenError(f"port {port} is taken{_by_whom(port)}") from error


def _by_whom(port: int) -> str:
    """Say who listens on `port`, as far as we may know."""
    try:
        connections = psutil.net_connections("tcp")
    except psutil.AccessDenied:
        return ""
    for connection in connections:
        listens = connection.status == psutil.CONN_LISTEN and connection.laddr[1:] == (port,)
        if listens and connection.pid:
            return f" by {_describe(connection.pid)}"
    return ""


def _describe(pid: int) -> str:
    try:
        command = " ".join(psutil.Process(pid).cmdline()[:4])
    except psutil.Error:
        command = "a process"
    return f"process {pid} ({command})"
