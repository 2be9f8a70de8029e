"""One run of a recorder: which answer a request gets, and what becomes of a new one."""

import asyncio
from bisect import insort
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass
from itertools import count
from pathlib import Path

from fleet_recorder.document import NotARecordingError
from fleet_recorder.folder import RecordingFolder
from fleet_recorder.mode import Mode
from fleet_recorder.normalise import Key, key_of
from fleet_recorder.recording import Answer, Asked, Recording
from fleet_recorder.tape import Tape
from fleet_runtime.errors import NotFound

# A request that is asked more often than this, as by a poll, is answered but no more recorded.
_MOST_ANSWERS = 100
_MOST_DIFFERENCES = 5


@dataclass(slots=True)
class Tally:
    """How many requests came to what.

    Attributes:
        replayed: Answered from recordings.
        recorded: Answered by the server, and written down.
        passed: Answered by the server, and not written down.
        missing: Refused, as nothing was recorded for them.
    """

    replayed: int = 0
    recorded: int = 0
    passed: int = 0
    missing: int = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """One request and what is done about it.

    Attributes:
        asked: The request.
        key: Its key.
        number: Its place among all requests of the session.
        answer: What was recorded for it; nothing if the server is to be asked.
    """

    asked: Asked
    key: Key
    number: int
    answer: Answer | None = None


class Session:
    """Decides where answers come from.

    The first time that a request is asked, its first answer is replayed; the second time the second one, and so on;
    when there are no more, the last one again. Requests whose keys are equal share their answers, but one that is
    recorded exactly so gets its own.

    Args:
        folder: Where recordings are.
        mode: Whether they are read, written or both.
        test: Which test asks, where a request does not say so.
        ignored: Names of fields of bodies that do not count.

    Attributes:
        tally: What the requests came to.
        test: Which test asks, where a request does not say so.
    """

    def __init__(
        self, folder: Path, mode: Mode, test: str = "", ignored: Collection[str] = ()
    ) -> None:
        self.tally = Tally()
        self.test = test
        self._mode = mode
        self._ignored = frozenset(ignored)
        self._folder = RecordingFolder(folder, self._ignored)
        self._numbers = count()
        # Digests of the requests that this session records: the numbers of those whose answers are written.
        self._recorded: dict[str, list[int]] = {}
        self._replayed: Counter[tuple[str, str]] = Counter()
        self._lock = asyncio.Lock()
        self._keeping: set[asyncio.Task[None]] = set()

    async def aclose(self) -> None:
        """Wait until all is written."""
        await asyncio.gather(*self._keeping)

    async def turn(self, asked: Asked) -> Turn:
        """Return what to do about a request.

        Raises:
            NotFound: It was not recorded, and only recordings are to be replayed; or its recording cannot be read.
        """
        key, number = key_of(asked, self._ignored), next(self._numbers)
        if self._mode is Mode.LIVE:
            return Turn(asked, key, number)
        async with self._lock:
            recording = None
            if self._mode is not Mode.RECORD and key.digest not in self._recorded:
                recording = await asyncio.to_thread(self._read, key)
            if recording and recording.answers:
                return Turn(asked, key, number, self._next_of(recording, key))
            if self._mode is Mode.REPLAY:
                self.tally.missing += 1
                raise await asyncio.to_thread(self._missing, key)
            self._recorded.setdefault(key.digest, [])
            return Turn(asked, key, number)

    async def keep(self, turn: Turn, tape: Tape) -> None:
        """Write down what the server answered. It is written even if the caller is cancelled meanwhile."""
        if self._mode is Mode.LIVE:
            self.tally.passed += 1
            return
        task = asyncio.create_task(self._keep(turn, tape))
        self._keeping.add(task)
        task.add_done_callback(self._keeping.discard)
        await asyncio.shield(task)

    async def _keep(self, turn: Turn, tape: Tape) -> None:
        async with self._lock:
            kept = await asyncio.to_thread(self._write, turn, tape)
        if kept:
            self.tally.recorded += 1
        else:
            self.tally.passed += 1

    def _write(self, turn: Turn, tape: Tape) -> bool:
        """Put an answer among those of its request, in the order of asking. Say whether there was room for it."""
        answer, written = tape.taken(), self._recorded[turn.key.digest]
        if answer is None or len(written) >= _MOST_ANSWERS:
            return False
        answer.exact = turn.key.exact
        recording = (self._read(turn.key) if written else None) or Recording(turn.asked)
        insort(written, turn.number)
        recording.answers.insert(written.index(turn.number), answer)
        self._folder.write(turn.key, recording)
        return True

    def _next_of(self, recording: Recording, key: Key) -> Answer:
        exact = [answer for answer in recording.answers if answer.exact == key.exact]
        answers = exact or recording.answers
        slot = (key.digest, key.exact if exact else "")
        answer = answers[min(self._replayed[slot], len(answers) - 1)]
        self._replayed[slot] += 1
        self.tally.replayed += 1
        return answer

    def _read(self, key: Key) -> Recording | None:
        try:
            return self._folder.read(key)
        except NotARecordingError as error:
            raise NotFound(
                f"{error}. Delete the file, and record it again.", code="recording_unreadable"
            ) from error

    def _missing(self, key: Key) -> NotFound:
        """Return the error for a request that was not recorded, which says what was."""
        asked = key.asked
        about = f"{asked.verb} {asked.path}" + (f" of {asked.test!r}" if asked.test else "")
        nearest = self._folder.nearest(key)
        hint = f"nothing of that path is in {self._folder.path}"
        if nearest:
            file, found = nearest
            more = len(found) - _MOST_DIFFERENCES
            listed = found[:_MOST_DIFFERENCES] + ([f"and {more} more"] if more > 0 else [])
            hint = f"the nearest recording, {file}, differs in {'; '.join(listed)}"
        return NotFound(
            f"This request was not recorded: {about}; {hint}. To record it, run again with the mode"
            f" `{Mode.RECORD_IF_MISSING}` and the server within reach.",
            code="recording_missing",
        )
