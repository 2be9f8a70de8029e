"""The API that the systems share, as far as documents and searches need it."""

import uuid
from collections.abc import Mapping
from typing import Any

import msgspec

from fleet_bench.load import LENGTH, BadAnswerError, Connection, connect, joined


def request(
    method: str, path: str, body: bytes = b"", content_type: str = "application/json"
) -> bytes:
    """Return a whole HTTP request."""
    head = (
        f"{method} {path} HTTP/1.1\r\nhost: localhost\r\naccept: */*\r\n"
        f"content-type: {content_type}\r\ncontent-length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def body_of(response: bytes) -> bytes:
    """Return the body of a whole HTTP response.

    Raises:
        BadAnswerError: The answer is an error.
    """
    head, _, body = response.partition(b"\r\n\r\n")
    if not head.startswith(b"HTTP/1.1 2"):
        raise BadAnswerError(response[:800].decode(errors="replace"))
    return body if LENGTH.search(head) or not body else joined(body)


def json_request(path: str, fields: Mapping[str, Any]) -> bytes:
    """Return a whole HTTP request that posts JSON."""
    return request("POST", path, msgspec.json.encode(fields))


class Api:
    """One caller of a system."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @classmethod
    async def at(cls, port: int) -> "Api":
        """Return a caller of the system at `port` on loopback."""
        return cls(await connect(port))

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    async def call(self, message: bytes) -> Any:
        """Send a whole HTTP request; return what its answer's JSON says, nothing if it has none."""
        body = body_of(await self._connection.call(message))
        return msgspec.json.decode(body) if body else None

    async def get(self, path: str) -> Any:
        """Return what is at `path`."""
        return await self.call(request("GET", path))

    async def post(self, path: str, fields: Mapping[str, Any]) -> Any:
        """Post JSON to `path`; return the answer."""
        return await self.call(json_request(path, fields))

    async def upload(self, filename: str, content_type: str, data: bytes) -> str:
        """Upload a file; return its id."""
        mark = uuid.uuid4().hex
        form = (
            f'--{mark}\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nassistants\r\n'
            f'--{mark}\r\ncontent-disposition: form-data; name="file"; filename="{filename}"\r\n'
            f"content-type: {content_type}\r\n\r\n"
        )
        body = form.encode() + data + f"\r\n--{mark}--\r\n".encode()
        answer = await self.call(
            request("POST", "/v1/files", body, f"multipart/form-data; boundary={mark}")
        )
        return str(answer["id"])
