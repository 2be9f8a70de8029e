"""Milvus Lite as a server of our own, in threads of this process, on a socket that nobody else finds."""

import tempfile
from concurrent.futures import ThreadPoolExecutor
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
        self._home = tempfile.TemporaryDirectory(prefix="milvus-")
        self.address = f"unix:{self._home.name}/socket"
        self._server = grpc.server(ThreadPoolExecutor(_THREADS, "milvus"), options=_OPTIONS)
        add_MilvusServiceServicer_to_server(_Servicer(self._database), self._server)
        self._server.add_insecure_port(self.address)
        self._server.start()

    def close(self) -> None:
        """End the server, and close the folder."""
        self._server.stop(_GRACE).wait()
        self._database.close()
        self._home.cleanup()


class _Servicer(MilvusServicer):  # type: ignore[misc]  # it has no types
    """Milvus Lite's own answers."""

    def AllocTimestamp(self, request: Any, context: grpc.ServicerContext) -> NoReturn:  # noqa: N802 - gRPC's name
        """Say that there are no timestamps, as Milvus Lite does, but not as if that were a bug of it."""
        del request
        context.abort(grpc.StatusCode.UNIMPLEMENTED, "Milvus Lite has no timestamps.")
        raise AssertionError  # never reached
