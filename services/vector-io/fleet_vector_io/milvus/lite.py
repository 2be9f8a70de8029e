"""Milvus Lite as a server of our own, in threads of this process, on a socket that only its own user can open.

The socket is in the folder that is served: what a killed process leaves, the next one to open the folder removes.
"""

import os
import secrets
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any, NoReturn

import grpc
from milvus_lite.adapter.grpc.servicer import MilvusServicer
from milvus_lite.db import MilvusLite
from pymilvus.grpc_gen.milvus_pb2_grpc import add_MilvusServiceServicer_to_server

_THREADS = 8
# In bytes: as Milvus has it by default.
_MESSAGE = 256 * 1024 * 1024
_OPTIONS = (
    ("grpc.max_receive_message_length", _MESSAGE),
    ("grpc.max_send_message_length", _MESSAGE),
)
# In seconds, for calls that are still running.
_GRACE = 5.0
_SOCKETS = "sockets"
# In bytes, of a socket's. On macOS; Linux has 107.
_LONGEST_PATH = 103


class LiteServer:
    """Serves the collections of a folder.

    Args:
        folder: Where they are. It is made if it is not there.

    Attributes:
        address: Where the server is.

    Raises:
        MilvusLiteError: The folder cannot be opened, as when another process has it open.
    """

    def __init__(self, folder: Path) -> None:
        self._database = MilvusLite(str(folder))
        for name in self._database.list_collections():
            self._database.get_collection(name).load()
        self._closing = ExitStack()
        # A name of its own, for gRPC may remove the socket of a server a moment after that has ended.
        name = secrets.token_hex(4)
        self.address = f"unix:{_home(folder, name, self._closing) / name}"
        self._server = grpc.server(ThreadPoolExecutor(_THREADS, "milvus"), options=_OPTIONS)
        add_MilvusServiceServicer_to_server(_Servicer(self._database), self._server)
        self._server.add_insecure_port(self.address)
        self._server.start()

    def close(self) -> None:
        """End the server, and close the folder."""
        self._server.stop(_GRACE).wait()
        self._closing.close()
        self._database.close()


def _home(folder: Path, name: str, closing: ExitStack) -> Path:
    """Return a folder for the socket `name`, empty but for those that are being removed.

    It is in `folder`, which is locked, unless the path would be too long for a socket.
    """
    home = folder.absolute() / _SOCKETS
    if len(os.fsencode(home / name)) > _LONGEST_PATH:
        return Path(closing.enter_context(tempfile.TemporaryDirectory(prefix="milvus-")))
    home.mkdir(mode=0o700, exist_ok=True)
    for left in home.iterdir():
        left.unlink(missing_ok=True)
    closing.callback((home / name).unlink, missing_ok=True)
    return home


class _Servicer(MilvusServicer):  # type: ignore[misc]  # it has no types
    """Milvus Lite's own answers."""

    def AllocTimestamp(self, request: Any, context: grpc.ServicerContext) -> NoReturn:  # noqa: N802 - gRPC's name
        """Say that there are no timestamps, as Milvus Lite does, but not as if that were a bug of it."""
        del request
        context.abort(grpc.StatusCode.UNIMPLEMENTED, "Milvus Lite has no timestamps.")
        raise AssertionError  # never reached
