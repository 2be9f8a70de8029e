"""Asynchronous fakes for tests that are not asynchronous."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import TypeVar

T = TypeVar("T")


@contextmanager
def in_background(context: AbstractAsyncContextManager[T]) -> Iterator[T]:
    """Hold `context` open on an event loop in a thread of its own."""
    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        thread = threading.Thread(target=loop.run_forever, name="background-loop")
        thread.start()
        try:
            entered = asyncio.run_coroutine_threadsafe(context.__aenter__(), loop)
            yield entered.result()
            left = asyncio.run_coroutine_threadsafe(context.__aexit__(None, None, None), loop)
            left.result()
        finally:
            loop.call_soon_threadsafe(loop.stop)
            thread.join()
