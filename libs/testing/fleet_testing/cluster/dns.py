"""The cluster's name server, for the addresses of services.

Format: https://www.rfc-editor.org/rfc/rfc1035#section-4
"""

import asyncio
import socket
import struct
from collections.abc import Callable, Sequence
from typing import cast

ZONE = "svc.cluster.local"
TTL = 30
"""Seconds that answers may be kept, as in the configuration of CoreDNS that kubeadm writes."""

_QUERY = struct.Struct("!HHHHHH")
_RECORD = struct.Struct("!HHHIH")
_A, _IN = 1, 1
_ANSWER = 0x8400  # is an answer, and authoritative
_RECURSION = 0x0100
_NO_SUCH_NAME = 3
_THE_NAME_ASKED = 0xC00C

Find = Callable[[str], Sequence[str] | None]
"""Returns the addresses of a name of the zone; `None` if there is no such name."""


class NameServer(asyncio.DatagramProtocol):
    """Answers with what `find` finds."""

    def __init__(self, find: Find) -> None:
        self._find = find
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to listen."""
        self._transport = cast("asyncio.DatagramTransport", transport)

    def datagram_received(self, data: bytes, addr: tuple[str | bytes, int]) -> None:
        """Answer one query."""
        if self._transport:
            self._transport.sendto(self.answer(data), addr)

    def answer(self, query: bytes) -> bytes:
        """Return the answer to a query."""
        number, flags, *_ = _QUERY.unpack_from(query)
        end = query.index(0, _QUERY.size) + 1
        question = query[_QUERY.size : end + 4]
        kind, _ = struct.unpack_from("!HH", query, end)
        found = self._find(_name(question))
        addresses = (found or ()) if kind == _A else ()
        status = _NO_SUCH_NAME if found is None else 0
        head = _QUERY.pack(number, _ANSWER | flags & _RECURSION | status, 1, len(addresses), 0, 0)
        record = _RECORD.pack(_THE_NAME_ASKED, _A, _IN, TTL, 4)
        return head + question + b"".join(record + socket.inet_aton(a) for a in addresses)


def _name(question: bytes) -> str:
    """Return the name in a question, in lower case."""
    labels, place = [], 0
    while length := question[place]:
        labels.append(question[place + 1 : place + 1 + length].decode("ascii", "replace"))
        place += 1 + length
    return ".".join(labels).lower()
