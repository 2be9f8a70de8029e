"""A real Envoy on a free port, from a config as the gateway writes it."""

import json
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPMessage
from pathlib import Path
from typing import Any

from fleet_gateway.admin import Admin
from fleet_gateway.config import GatewayFile
from fleet_gateway.write import admin_address, envoy_command, write_gateway

START_DEADLINE = 30.0
STOP_DEADLINE = 10.0

# With hot restart Envoy gets SIGTERM when the thread that started it ends; this one lasts.
_starter = ThreadPoolExecutor(max_workers=1, thread_name_prefix="envoy-starter")


class EnvoyError(Exception):
    """Envoy did not start; the text is what it said."""


@dataclass(frozen=True)
class Answer:
    """A whole HTTP answer.

    Attributes:
        status: Its status.
        headers: Its headers.
        body: Its body.
    """

    status: int
    headers: HTTPMessage
    body: bytes

    def json(self) -> Any:
        """Return its body as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Envoy:
    """A running Envoy.

    Attributes:
        file: Its settings.
        folder: What it was started from; its access log too.
        process: The process itself.
    """

    file: GatewayFile
    folder: Path
    process: "subprocess.Popen[bytes]"

    @property
    def target(self) -> str:
        """Its address, as gRPC channels take it."""
        return f"127.0.0.1:{self.file.port}"

    @contextmanager
    def connected(self, timeout: float = 30) -> Iterator[HTTPConnection]:
        """Yield a connection to it, which opens with the first request."""
        with closing(HTTPConnection(self.target, timeout=timeout)) as connection:
            yield connection

    def call(
        self,
        method: str,
        path: str,
        body: bytes | str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Call it over a connection of its own, and return the answer."""
        with self.connected() as connection:
            return _exchange(connection, method, path, body, headers)

    @property
    def admin(self) -> Admin:
        """Its admin."""
        return Admin(admin_address(self.file, self.folder))

    def access_log(self) -> list[dict[str, Any]]:
        """Return the lines of its access log. Envoy writes them some time after the call."""
        path = self.folder / "access.log"
        lines = path.read_text().splitlines() if path.exists() else []
        return [json.loads(line) for line in lines]


def _exchange(
    connection: HTTPConnection,
    method: str,
    path: str,
    body: bytes | str | None = None,
    headers: Mapping[str, str] | None = None,
) -> Answer:
    sent = body.encode() if isinstance(body, str) else body
    connection.request(method, path, body=sent, headers=headers or {})
    answer = connection.getresponse()
    return Answer(answer.status, answer.headers, answer.read())


def free_port() -> int:
    """Return a port of 127.0.0.1 that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def running_envoy(**values: Any) -> Iterator[Envoy]:
    """Run Envoy with the gateway's settings `values`, its `routes` among them.

    Raises:
        EnvoyError: It did not become ready.
    """
    # A short path: those of sockets have a limit of 107 bytes.
    with tempfile.TemporaryDirectory(prefix="envoy-") as name:
        folder = Path(name)
        log = {"path": str(folder / "access.log")}
        defaults = {"port": free_port(), "concurrency": 1, "access_log": log}
        file = GatewayFile.model_validate({**defaults, **values})
        write_gateway(file, folder)
        process = start_envoy(envoy_command(file, folder), folder / "envoy.log")
        try:
            envoy = Envoy(file, folder, process)
            _await_ready(envoy)
            yield envoy
        finally:
            stop_process(process)


def start_envoy(command: list[str], log: Path) -> "subprocess.Popen[bytes]":
    """Start Envoy from a thread that lasts, with its own log in the file `log`."""

    def start() -> "subprocess.Popen[bytes]":
        with log.open("wb") as output:
            return subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT)

    return _starter.submit(start).result()


def stop_process(process: "subprocess.Popen[bytes]") -> None:
    """Stop `process`, in the kind way first."""
    process.terminate()
    try:
        process.wait(STOP_DEADLINE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _await_ready(envoy: Envoy) -> None:
    deadline = time.monotonic() + START_DEADLINE
    while time.monotonic() < deadline and envoy.process.poll() is None:
        if envoy.admin.ready():
            return
        time.sleep(0.02)
    raise EnvoyError((envoy.folder / "envoy.log").read_text())
