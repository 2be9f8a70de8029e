"""Downloading one file so that an interruption costs nothing and a wrong byte is refused.

The bytes gather in `NAME.part`; a later attempt asks for the rest with `Range`, and with
`If-Range` makes sure that it is the rest of the same file (RFC 9110, sections 13.1.5 and 14).
"""

import hashlib
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from http.client import HTTPException, HTTPResponse
from pathlib import Path

from fleet_models.errors import ChecksumError, DownloadError, ModelError
from fleet_models.http import Http, StatusError
from fleet_models.progress import Progress

BLOCK = 1 << 20
PATIENCE = 4
"""Attempts in a row that may bring nothing before giving up."""


@dataclass(frozen=True)
class RemoteFile:
    """A file on a server, and what its bytes must hash to."""

    url: str
    name: str
    sha256: str


class CutError(DownloadError):
    """The connection ended before the file did; another attempt may go on."""


def fetch(http: Http, file: RemoteFile, folder: Path, progress: Progress) -> Path:
    """Download `file` into `folder`, going on where an earlier attempt stopped.

    Raises:
        ChecksumError: The bytes were wrong, and have been thrown away.
        DownloadError: The server could not be reached, refused, or kept hanging up.
    """
    target = folder / file.name
    part = Part(target)
    if not target.exists():
        _persist(http, file, part, progress)
        part.path.replace(target)
    part.forget()
    _check(target, file)
    return target


class Part:
    """The bytes that are here so far, and the server's name for their version."""

    def __init__(self, target: Path) -> None:
        self.path = target.with_name(target.name + ".part")
        self._validator = target.with_name(target.name + ".part.etag")

    @property
    def size(self) -> int:
        """How many bytes are here."""
        return self.path.stat().st_size if self.path.exists() else 0

    def request_headers(self) -> dict[str, str]:
        """Return the headers that ask for what is missing."""
        if not self.size:
            return {}
        headers = {"Range": f"bytes={self.size}-"}
        if self._validator.exists():
            headers["If-Range"] = self._validator.read_text()
        return headers

    def begin(self, response: HTTPResponse) -> int:
        """Make ready for the body of `response`; return the size of the whole file or 0."""
        length = int(response.headers.get("Content-Length") or 0)
        if response.status == HTTPStatus.PARTIAL_CONTENT and self._continues(response):
            return self.size + length if length else 0
        self.forget()
        etag = response.headers.get("ETag", "")
        if etag.startswith('"'):  # weak validators may not be used with If-Range
            self._validator.write_text(etag)
        return length

    def _continues(self, response: HTTPResponse) -> bool:
        """Tell whether the body starts where this part ends."""
        if response.headers.get("Content-Range", "").startswith(f"bytes {self.size}-"):
            return True
        raise DownloadError("the server sent another range than it was asked for")

    def forget(self) -> None:
        """Throw everything away."""
        self.path.unlink(missing_ok=True)
        self._validator.unlink(missing_ok=True)


def _persist(http: Http, file: RemoteFile, part: Part, progress: Progress) -> None:
    """Attempt until the file is complete, or until attempts no longer bring anything."""
    barren = 0
    while True:
        before = part.size
        try:
            _attempt(http, file, part, progress)
        except CutError:
            barren = 0 if part.size > before else barren + 1
            if barren == PATIENCE:
                raise
            time.sleep(barren * 0.25)
        else:
            return


def _attempt(http: Http, file: RemoteFile, part: Part, progress: Progress) -> None:
    """Ask for what is missing and append it to the part."""
    with _open(http, file, part) as response:
        total = part.begin(response)
        _require_room(part.path.parent, total - part.size)
        with part.path.open("ab") as sink:
            for block in _blocks(response, file.name):
                sink.write(block)
                sink.flush()
                progress(file.name, sink.tell(), total or None)
            os.fsync(sink.fileno())
    if part.size < total:
        raise CutError(f"the server hung up at {part.size:,} of {total:,} bytes of {file.name}")


def _blocks(response: HTTPResponse, name: str) -> Iterator[bytes]:
    """Read what has come, as soon as it comes."""
    try:
        while block := response.read1(BLOCK):
            yield block
    except (HTTPException, OSError) as error:
        raise CutError(f"the connection broke while {name} came: {error}") from error


def _open(http: Http, file: RemoteFile, part: Part) -> HTTPResponse:
    """Open the rest of the file; a server that is busy counts as a cut connection."""
    try:
        return http.get(file.url, part.request_headers())
    except StatusError as error:
        if error.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
            part.forget()
            return http.get(file.url)
        if error.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            raise CutError(str(error)) from error
        raise


def _require_room(folder: Path, size: int) -> None:
    """Raise now what would otherwise be raised after a long download."""
    free = shutil.disk_usage(folder).free
    if free < size:
        raise ModelError(
            f"not enough room in {folder}: {size / 1e6:,.0f} MB are needed, "
            f"{free / 1e6:,.0f} MB are free"
        )


def _check(path: Path, file: RemoteFile) -> None:
    """Delete `path` and raise unless it holds what was promised."""
    actual = sha256(path)
    if actual != file.sha256:
        path.unlink()
        raise ChecksumError(
            f"{file.name} has sha256 {actual} where {file.sha256} was promised; "
            "the download was thrown away"
        )


def sha256(path: Path) -> str:
    """Return the hexadecimal SHA-256 of a file."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
