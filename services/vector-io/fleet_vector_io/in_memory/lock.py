"""A lock that many readers share, or one writer has alone."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class SharedLock:
    """For threads. Who wants it alone goes before those who come later to share it."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._sharing = 0
        self._waiting = 0
        self._alone = False

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Hold it together with others while the block runs."""
        with self._changed:
            self._changed.wait_for(self._is_free)
            self._sharing += 1
        try:
            yield
        finally:
            self._leave()

    @contextmanager
    def shared_at_once(self) -> Iterator[bool]:
        """Hold it together with others while the block runs, or not at all where that takes waiting; say which."""
        with self._changed:
            free = self._is_free()
            self._sharing += free
        try:
            yield free
        finally:
            if free:
                self._leave()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Hold it with nobody else while the block runs."""
        with self._changed:
            self._waiting += 1
            self._changed.wait_for(lambda: not self._alone and not self._sharing)
            self._waiting -= 1
            self._alone = True
        try:
            yield
        finally:
            with self._changed:
                self._alone = False
                self._changed.notify_all()

    def _is_free(self) -> bool:
        return not self._alone and not self._waiting

    def _leave(self) -> None:
        with self._changed:
            self._sharing -= 1
            self._changed.notify_all()
