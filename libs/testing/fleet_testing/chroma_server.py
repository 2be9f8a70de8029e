"""Chroma's own server, on a free port, in a process of its own.

with chroma_server(folder) as address:
    ...
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from fleet_testing.envoy import free_port

START_DEADLINE = 60.0
STOP_DEADLINE = 30.0
LOOK_AGAIN = 0.1


@contextmanager
def chroma_server(folder: Path) -> Iterator[str]:
    """Serve the collections of a folder, and yield the address.

    Raises:
        TimeoutError: It did not start in time.
    """
    port = free_port()
    command = [str(Path(sys.executable).with_name("chroma")), "run", "--path", str(folder)]
    with folder.with_suffix(".log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(port)], stdout=log, stderr=log
        )
    try:
        _await(f"http://127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(STOP_DEADLINE)


def _await(address: str, process: "subprocess.Popen[bytes]") -> None:
    """Return once it answers."""
    deadline = time.monotonic() + START_DEADLINE
    while True:
        try:
            with urlopen(f"{address}/api/v2/heartbeat", timeout=LOOK_AGAIN):
                return
        except (URLError, TimeoutError):
            if process.poll() is not None or time.monotonic() > deadline:
                raise TimeoutError("Chroma did not start; its log is beside its folder.") from None
            time.sleep(LOOK_AGAIN)
