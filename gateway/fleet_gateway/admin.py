"""Envoy's admin: is it ready, what does it count, and its drain."""

import json
import socket
import time
from contextlib import closing
from http import HTTPStatus
from http.client import HTTPConnection

TIMEOUT = 5.0
POLL = 0.05
ACTIVE = "http.fleet.downstream_rq_active"
# Callers go on coming until all know that this one is leaving: as long as services wait in the chart.
NOTICE = 5.0


class AdminError(Exception):
    """Envoy's admin refused; the text is its own."""


class Admin:
    """Envoy's admin at an address.

    Args:
        address: `unix:/path` or `host:port`, as `admin_address` returns it.
    """

    def __init__(self, address: str) -> None:
        self._address = address

    def get(self, path: str) -> str:
        """Return what is at `path`. Raises `AdminError`, or `OSError` if nobody is there."""
        return self._ask("GET", path)

    def post(self, path: str) -> str:
        """Do what `path` says. Raises as `get`."""
        return self._ask("POST", path)

    def ready(self) -> bool:
        """Say whether Envoy takes calls."""
        try:
            self.get("/ready")
        except (AdminError, OSError):
            return False
        return True

    def stats(self, names: str) -> dict[str, int]:
        """Return the counters and gauges whose names match the regular expression `names`."""
        stats = json.loads(self.get(f"/stats?format=json&filter={names}"))["stats"]
        return {stat["name"]: stat["value"] for stat in stats if "value" in stat}

    def drain(self, seconds: float, notice: float = 0) -> bool:
        """Send callers away, and wait for the calls in flight. Blocks.

        `/healthz` fails from now on, and each answer closes its connection.

        Args:
            seconds: How long to wait.
            notice: How long callers still come, who are answered. The wait begins after it.

        Returns:
            Whether none was left.
        """
        self.post("/healthcheck/fail")
        self.post("/drain_listeners?graceful&skip_exit")
        time.sleep(notice)
        deadline = time.monotonic() + seconds
        while self.stats(f"^{ACTIVE}$")[ACTIVE]:
            if time.monotonic() > deadline:
                return False
            time.sleep(POLL)
        return True

    def _ask(self, method: str, path: str) -> str:
        with closing(_connection(self._address)) as connection:
            connection.request(method, path)
            answer = connection.getresponse()
            text = answer.read().decode()
        if answer.status != HTTPStatus.OK:
            raise AdminError(f"{method} {path}: {answer.status} {text.strip()}")
        return text


class _SocketConnection(HTTPConnection):
    """HTTP over a Unix socket."""

    def __init__(self, path: str) -> None:
        super().__init__("admin", timeout=TIMEOUT)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)


def _connection(address: str) -> HTTPConnection:
    if address.startswith("unix:"):
        return _SocketConnection(address.removeprefix("unix:"))
    return HTTPConnection(address, timeout=TIMEOUT)
