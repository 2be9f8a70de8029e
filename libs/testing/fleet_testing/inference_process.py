"""The inference service in a process of its own, which can die, and a Postgres for several of them.

with running_postgres(tmp_path / "postgres") as url:
    settings = {"providers": [...], "store": {"database": {"url": url}}}
    with inference_process(settings, tmp_path) as service:
        ...  # both faces, at service.address
        service.kill()
"""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import yaml

from fleet_runtime.postgres.embedded import EmbeddedPostgres
from fleet_testing.envoy import free_port

PATIENCE = 60.0
LOOK_AGAIN = 0.05
# The file descriptor: logs must not stand among the results of who starts a service.
STDERR = 2


@dataclass(slots=True)
class InferenceProcess:
    """A service, which may not listen yet.

    Attributes:
        address: Its place.
    """

    address: str
    _process: "subprocess.Popen[bytes]"

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def kill(self) -> None:
        """End it as a crash does: at once, and without a word."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()


@contextmanager
def inference_process(
    settings: dict[str, Any],
    folder: Path,
    port: int | None = None,
    package: str = "fleet_inference",
) -> Iterator[InferenceProcess]:
    """Start a service whose config is `settings`, and end it with the block.

    Args:
        settings: Its config.
        folder: For its config file.
        port: Where it listens; a free one if unset.
        package: The package of another service, such as `fleet_files`.
    """
    port = port or free_port()
    file = folder / f"inference-{port}.yaml"
    file.write_text(yaml.safe_dump(settings))
    places = {
        "FLEET_CONFIG": str(file),
        "FLEET_LISTEN": f"127.0.0.1:{port}",
        "FLEET_METRICS_LISTEN": f"127.0.0.1:{free_port()}",
    }
    command = (sys.executable, "-m", package)
    with subprocess.Popen(command, env=os.environ | places, stdout=STDERR) as process:
        try:
            yield InferenceProcess(f"127.0.0.1:{port}", process)
        finally:
            process.kill()


@contextmanager
def running_postgres(data: Path) -> Iterator[str]:
    """Start a Postgres with its files in `data`, yield its URL when it answers, and end it with the block."""
    module = ("-m", "fleet_runtime.postgres.embedded", "--data", str(data))
    with subprocess.Popen((sys.executable, *module)) as process:
        try:
            url = EmbeddedPostgres(data).url
            _await_answer(url)
            yield url
        finally:
            process.terminate()


def _await_answer(url: str) -> None:
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return psycopg.connect(url).close()
        except psycopg.OperationalError:
            if time.monotonic() > end:
                raise
        time.sleep(LOOK_AGAIN)
