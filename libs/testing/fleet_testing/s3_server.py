"""An S3 on this machine: moto's server, a process of its own on a free port.

    with s3_server() as s3:
        s3.url                 # what `endpoint_url` wants
        s3.objects("bucket")   # the keys of its objects
        s3.uploads("bucket")   # the keys of uploads in parts that have not ended

It takes any access key. Where signatures matter, `aws_signatures` checks them.
"""

import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import unescape

from fleet_testing.envoy import free_port

START_DEADLINE = 60.0
LOOK_AGAIN = 0.1


@dataclass(frozen=True)
class S3Server:
    """A running S3."""

    url: str

    def create(self, bucket: str) -> None:
        """Create a bucket."""
        self._asked("PUT", f"/{bucket}")

    def objects(self, bucket: str) -> list[str]:
        """Return the keys of a bucket; none if it is not there."""
        return self._keys(f"/{bucket}?list-type=2")

    def uploads(self, bucket: str) -> list[str]:
        """Return the keys of uploads in parts that have not ended."""
        return self._keys(f"/{bucket}?uploads=")

    def put(self, bucket: str, key: str, body: bytes) -> None:
        """Put an object, whatever was there."""
        self._asked("PUT", f"/{bucket}/{key}", body)

    def _keys(self, path: str) -> list[str]:
        return [unescape(key) for key in re.findall("<Key>([^<]*)</Key>", self._asked("GET", path))]

    def _asked(self, verb: str, path: str, body: bytes | None = None) -> str:
        request = urllib.request.Request(self.url + path, body, method=verb)
        try:
            with urllib.request.urlopen(request, timeout=START_DEADLINE) as answer:
                return str(answer.read().decode())
        except urllib.error.HTTPError as error:
            with error:
                return ""


@contextmanager
def s3_server() -> Iterator[S3Server]:
    """Run an S3 that is empty."""
    port = free_port()
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    environ = {**os.environ, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    with subprocess.Popen(
        command, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            _await(f"http://127.0.0.1:{port}/moto-api/", process)
            yield S3Server(f"http://127.0.0.1:{port}")
        finally:
            process.terminate()


def _await(url: str, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + START_DEADLINE
    while True:
        try:
            with urllib.request.urlopen(url, timeout=1):
                return
        except OSError:
            if process.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(LOOK_AGAIN)
