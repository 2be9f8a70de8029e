"""A gateway with a service behind it that takes and gives files: what tests of transfers stand on."""

import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fleet_testing.envoy import Envoy, free_port, running_envoy
from fleet_testing.gateway import eventually

BOUNDARY = "boundary"
FORM = f"multipart/form-data; boundary={BOUNDARY}"
UPLOADS = "/v1/files"
CHUNK = 64 << 10
KIB = 1024


@dataclass(frozen=True)
class Transfers:
    """A gateway and the `transfer_worker` behind it."""

    envoy: Envoy
    worker: "subprocess.Popen[bytes]"

    def count(self, what: str) -> int:
        """Return how often something has happened in the worker, or -1 if it does not say."""
        answer = self.envoy.call("GET", f"/v1/files/{what}")
        return int(answer.json()["bytes"]) if answer.status == 200 else -1  # noqa: PLR2004

    def peaks(self) -> tuple[int, int]:
        """Return the most memory that the worker and Envoy have held so far, in bytes."""
        return peak(self.worker.pid), peak(self.envoy.process.pid)


def peak(pid: int) -> int:
    """Return the most memory that a process has held so far, in bytes (Linux: `man 5 proc_pid_status`)."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    (kib,) = (line.split()[1] for line in lines if line.startswith("VmHWM:"))
    return int(kib) * KIB


def form(size: int, fields: Sequence[tuple[str, str]] = (("purpose", "batch"),)) -> Iterator[bytes]:
    """Yield a form with a file of `size` bytes, as a caller sends it."""
    for name, value in fields:
        yield _head(f'name="{name}"') + value.encode() + b"\r\n"
    yield _head('name="file"; filename="a.bin"')
    for start in range(0, size, CHUNK):
        yield b"x" * min(CHUNK, size - start)
    yield f"\r\n--{BOUNDARY}--\r\n".encode()


def _head(names: str) -> bytes:
    return f"--{BOUNDARY}\r\ncontent-disposition: form-data; {names}\r\n\r\n".encode()


@contextmanager
def running_transfers(**environ: str) -> Iterator[Transfers]:
    """Run the worker behind a gateway, with `environ` besides."""
    address = f"127.0.0.1:{free_port()}"
    settings: dict[str, Any] = {
        "FLEET_LISTEN": address,
        "FLEET_METRICS_LISTEN": f"127.0.0.1:{free_port()}",
        "FLEET_DRAIN_SECONDS": "0.2",
        "FLEET_DRAIN_NOTICE_SECONDS": "0",
    }
    command = [sys.executable, "-m", "fleet_testing.transfer_worker"]
    worker = subprocess.Popen(
        command, env={**os.environ, **settings, **environ}, stdout=subprocess.DEVNULL
    )
    routes = {name: {"endpoints": [address]} for name in ("files", "vector-io")}
    try:
        with running_envoy(routes=routes) as envoy:
            transfers = Transfers(envoy, worker)
            eventually(lambda: transfers.count("begun") == 0)
            yield transfers
    finally:
        worker.kill()
        worker.wait()
