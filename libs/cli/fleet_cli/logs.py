"""Logs of the processes: plain files that they append to, kept from growing without end."""

import asyncio
import os
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

LARGEST = 16 * 2**20
"""Bytes of a log after which it is put aside."""
KEPT = 3
"""Logs that are kept aside: `inference.log.1`, the newest, and so on."""
CHUNK = 2**20
LOOK_AGAIN = 10.0
"""Seconds between two looks at the sizes."""
FOLLOW_AGAIN = 0.2
"""Seconds between two looks for new lines."""


async def rotate_forever(logs: Iterable[Path]) -> None:
    """Put aside each of `logs` that has grown too large, again and again."""
    while True:
        await asyncio.sleep(LOOK_AGAIN)
        for log in logs:
            await asyncio.to_thread(rotate, log)


def rotate(log: Path, largest: int = LARGEST) -> None:
    """Put `log` aside if it has grown too large.

    It is copied, then emptied, as its writer has it open for appending: so the writer costs us nothing, and does not
    depend on us. A line that is written between the last byte copied and the emptying is lost.
    """
    with suppress(FileNotFoundError):
        if log.stat().st_size <= largest:
            return
        for number in range(KEPT, 1, -1):
            with suppress(FileNotFoundError):
                aside(log, number - 1).replace(aside(log, number))
        with log.open("rb") as source, aside(log, 1).open("wb") as copy:
            while chunk := source.read(CHUNK):
                copy.write(chunk)
            os.truncate(log, 0)


def aside(log: Path, number: int) -> Path:
    """Return where the `number`th newest log is put aside."""
    return log.with_name(f"{log.name}.{number}")


def tail(log: Path, lines: int = 15) -> str:
    """Return the last lines of `log`, nothing if there are none."""
    try:
        with log.open("rb") as file:
            file.seek(max(0, log.stat().st_size - 2**16))
            return b"\n".join(file.read().splitlines()[-lines:]).decode(errors="replace")
    except FileNotFoundError:
        return ""


def follow(logs: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    """Yield each new whole line of `logs`, with the log, for ever."""
    places = {log: log.stat().st_size if log.exists() else 0 for log in logs}
    while True:
        for log, place in places.items():
            text, places[log] = _read_from(log, place)
            yield from ((log, line) for line in text.splitlines())
        time.sleep(FOLLOW_AGAIN)


def _read_from(log: Path, place: int) -> tuple[str, int]:
    """Return the whole lines of `log` after `place`, and where they end."""
    if not log.exists():
        return "", 0
    if log.stat().st_size < place:  # it was put aside
        place = 0
    with log.open("rb") as file:
        file.seek(place)
        text = file.read()
    whole = text[: text.rfind(b"\n") + 1]
    return whole.decode(errors="replace"), place + len(whole)
