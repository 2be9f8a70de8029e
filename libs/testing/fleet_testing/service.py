"""One service in a process of its own, without a launcher and a gateway.

with running_service("fleet_inference", {"providers": [...]}) as address:
    channel = Channel("inference", at=address)
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any

import grpc
import yaml

from fleet_testing.envoy import free_port

START_DEADLINE = 300.0
STOP_DEADLINE = 30.0
LOOK_AGAIN = 0.1


class ServiceError(Exception):
    """The service did not start; the text is how its log ends."""


@contextmanager
def running_service(
    package: str,
    config: Any,
    python: Path = Path(sys.executable),
    environ: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[str]:
    """Run a service, and yield its address once it takes calls.

    Args:
        package: The service's package, such as `fleet_inference`.
        config: What its config file holds.
        python: The interpreter of the environment that it runs in.
        environ: What it finds in its environment, besides what is in ours.

    Raises:
        ServiceError: It ended, or did not take calls in time.
    """
    with tempfile.TemporaryDirectory(prefix="service-") as home:
        address, file, log = f"unix:{home}/socket", Path(home, "config.yaml"), Path(home, "log")
        file.write_text(yaml.safe_dump(config))
        place = {
            "FLEET_CONFIG": str(file),
            "FLEET_LISTEN": address,
            "FLEET_METRICS_LISTEN": f"127.0.0.1:{free_port()}",
            "FLEET_DRAIN_SECONDS": "1",
            "FLEET_DRAIN_NOTICE_SECONDS": "0",
        }
        with log.open("wb") as output:
            process = subprocess.Popen(
                [python, "-m", package],
                env={**os.environ, **environ, **place},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            _await(address, process, log)
            yield address
        finally:
            _stop(process)


def _await(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Return once a connection is made."""
    deadline = time.monotonic() + START_DEADLINE
    with grpc.insecure_channel(address) as channel:
        ready = grpc.channel_ready_future(channel)
        while not ready.done():
            if process.poll() is not None or time.monotonic() > deadline:
                raise ServiceError(log.read_text(errors="replace")[-4000:])
            time.sleep(LOOK_AGAIN)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(STOP_DEADLINE)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
