"""Milvus Lite as a server: Milvus' gRPC on a free port, in a process of its own.

with milvus_server(folder / "milvus.db") as address:
    client = AsyncMilvusClient(address)
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc

from fleet_testing.envoy import free_port

START_DEADLINE = 60.0
STOP_DEADLINE = 30.0
LOOK_AGAIN = 0.1


@contextmanager
def milvus_server(folder: Path) -> Iterator[str]:
    """Serve the collections of a folder, and yield the address.

    Raises:
        TimeoutError: It did not start in time.
    """
    port = free_port()
    command = [sys.executable, "-m", "milvus_lite", "server", "--data-dir", str(folder)]
    with folder.with_suffix(".log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--host", "127.0.0.1", "--port", str(port)], stdout=log, stderr=log
        )
    try:
        _await(f"127.0.0.1:{port}", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(STOP_DEADLINE)


def _await(address: str, process: "subprocess.Popen[bytes]") -> None:
    """Return once a connection is made."""
    deadline = time.monotonic() + START_DEADLINE
    with grpc.insecure_channel(address) as channel:
        ready = grpc.channel_ready_future(channel)
        while not ready.done():
            if process.poll() is not None or time.monotonic() > deadline:
                raise TimeoutError("Milvus Lite did not start; its log is beside its folder.")
            time.sleep(LOOK_AGAIN)
