"""A gateway with workers behind it: what the gateway's tests stand on."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypeVar

from fleet_testing.envoy import Answer, Envoy, free_port, running_envoy

T = TypeVar("T")

CHAT = "/v1/chat/completions"
DEADLINE = 15.0


@dataclass(frozen=True)
class Worker:
    """A running worker: its process and its address."""

    process: "subprocess.Popen[bytes]"
    address: str


@dataclass(frozen=True)
class Fleet:
    """A gateway and the workers behind it."""

    envoy: Envoy
    workers: list[Worker]

    def chat(self, headers: Mapping[str, str] | None = None, **do: Any) -> Answer:
        """Make a worker do something, and return its answer."""
        return self.envoy.call("POST", CHAT, json.dumps(do), headers)

    def echo(
        self,
        method: str = "GET",
        path: str = "/v1/version",
        body: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> dict[str, Any]:
        """Return what a worker saw of a call."""
        answer = self.envoy.call(method, path, body, headers)
        assert answer.status == HTTPStatus.OK, answer.body
        seen: dict[str, Any] = answer.json()
        return seen

    def count(self, key: str) -> int:
        """Return how often the one worker has counted `key`."""
        return int(self.echo()["counts"].get(key, 0))


def error(answer: Answer) -> dict[str, Any]:
    """Return the OpenAI error that `answer` is."""
    assert answer.headers["content-type"] == "application/json"
    body: dict[str, Any] = answer.json()["error"]
    return body


def eventually(claim: Callable[[], T], seconds: float = DEADLINE) -> T:
    """Wait until `claim()` holds, and return what it returned.

    Raises:
        AssertionError: It did not hold within `seconds`.
    """
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = claim()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError(f"did not come true within {seconds} s")


@contextmanager
def running_worker(address: str | None = None) -> Iterator[Worker]:
    """Run a worker process at `address`, or on a free port."""
    address = address or f"127.0.0.1:{free_port()}"
    command = [sys.executable, "-m", "fleet_testing.gateway_worker", "--listen", address]
    process = subprocess.Popen(command)
    try:
        eventually(lambda: process.poll() is not None or _reachable(address))
        assert process.poll() is None, "the worker ended at once"
        yield Worker(process, address)
    finally:
        # It would let calls end, which no test waits for.
        process.kill()
        process.wait()


@contextmanager
def running_fleet(workers: int = 1, **values: Any) -> Iterator[Fleet]:
    """Run workers that serve all APIs, behind a gateway with the settings `values`."""
    with ExitStack() as stack:
        found = [stack.enter_context(running_worker()) for _ in range(workers)]
        endpoints = [worker.address for worker in found]
        routes = {name: {"endpoints": endpoints} for name in ("inference", "inspect")}
        envoy = stack.enter_context(running_envoy(**{"routes": routes, **values}))
        yield Fleet(envoy, found)


def _reachable(address: str) -> bool:
    """Say whether somebody listens on `address`."""
    if address.startswith("unix:"):
        return Path(address.removeprefix("unix:")).exists()
    host, port = address.split(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) == 0
