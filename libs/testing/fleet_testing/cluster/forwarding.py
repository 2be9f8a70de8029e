"""Passing connections on, byte by byte, as kube-proxy does packet by packet."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

CHUNK = 1 << 16

Connect = Callable[[], Awaitable[socket.socket]]
"""Makes the other half of a connection; raises `OSError` if there is nobody to connect to."""


@asynccontextmanager
async def forwarding(listening: socket.socket, connect: Connect) -> AsyncGenerator[None, None]:
    """Pass on what comes to `listening`. Who cannot be connected is hung up on."""
    open_pairs: set[asyncio.Task[None]] = set()

    async def accept() -> None:
        loop = asyncio.get_running_loop()
        while True:
            near, _ = await loop.sock_accept(listening)
            task = asyncio.create_task(_pair(near, connect))
            open_pairs.add(task)
            task.add_done_callback(open_pairs.discard)

    accepting = asyncio.create_task(accept())
    try:
        yield
    finally:
        tasks = [accepting, *open_pairs]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        listening.close()


async def _pair(near: socket.socket, connect: Connect) -> None:
    """Pass on both ways until both have ended."""
    with near:
        near.setblocking(False)
        try:
            far = await connect()
        except OSError:
            return
        with far:
            try:
                async with asyncio.TaskGroup() as group:
                    group.create_task(_pass_on(near, far))
                    group.create_task(_pass_on(far, near))
            except* OSError:
                # What breaks off on one side breaks off on the other: closed in the middle, it is no end.
                _reset_on_close(near)
                _reset_on_close(far)


async def _pass_on(source: socket.socket, target: socket.socket) -> None:
    loop = asyncio.get_running_loop()
    while data := await loop.sock_recv(source, CHUNK):
        await loop.sock_sendall(target, data)
    target.shutdown(socket.SHUT_WR)


def _reset_on_close(end: socket.socket) -> None:
    """Let the other side of a connection see a reset, not an end: no lingering (`struct linger`)."""
    if end.family == socket.AF_INET:
        end.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
