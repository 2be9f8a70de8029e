"""What is written of each line, into the output file or the error file.

Format: https://platform.openai.com/docs/api-reference/batch/request-output
"""

from dataclasses import dataclass, field
from typing import Any

import msgspec

from fleet_batches.lines import Line
from fleet_batches.tokens import Tokens
from fleet_runtime.dialect import OPENAI
from fleet_runtime.errors import DeadlineExceeded, FleetError

_OK = 200
_BATCH = "batch_"


class _Response(msgspec.Struct):
    status_code: int
    request_id: str
    body: Any


class _Failure(msgspec.Struct):
    code: str
    message: str


class _Written(msgspec.Struct):
    id: str
    custom_id: str
    response: _Response | None
    error: _Failure | None


_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Record:
    """What came of a line.

    Attributes:
        line: Its number.
        failed: Whether it belongs in the error file.
        counts: Whether it was asked at all.
        text: How it is written.
        tokens: What it cost.
    """

    line: int
    failed: bool
    counts: bool
    text: str
    tokens: Tokens = field(default_factory=Tokens)


class Recorder:
    """Says what is written of the lines of one batch.

    Args:
        batch_id: The batch.
    """

    def __init__(self, batch_id: str) -> None:
        self._name = batch_id.removeprefix(_BATCH)

    def request_id(self, line: Line) -> str:
        """Return the id under which a line is asked, each time that it is."""
        return f"req_{self._name}_{line.number}"

    def answered(self, line: Line, answer: msgspec.Struct, tokens: Tokens) -> Record:
        """Return what is written of a line that was answered."""
        response = _Response(_OK, self.request_id(line), answer)
        return Record(line.number, False, True, self._text(line, response, None), tokens)

    def refused(self, line: Line, error: FleetError) -> Record:
        """Return what is written of a line that failed, with the status and the body that a caller would have got."""
        if isinstance(error, DeadlineExceeded):
            # Nobody has answered, so there is no response.
            failure = _Failure("request_timeout", error.message)
            return Record(line.number, True, True, self._text(line, None, failure))
        response = _Response(error.status, self.request_id(line), OPENAI.envelope(error))
        return Record(line.number, True, True, self._text(line, response, None))

    def expired(self, line: Line) -> Record:
        """Return what is written of a line for which there was no time."""
        message = "The completion window was over before this line was answered."
        return self._given_up(line, _Failure("batch_expired", message))

    def cancelled(self, line: Line) -> Record:
        """Return what is written of a line that nobody wanted any more."""
        message = "The batch was cancelled before this line was asked."
        return self._given_up(line, _Failure("batch_cancelled", message))

    def _given_up(self, line: Line, failure: _Failure) -> Record:
        return Record(line.number, True, False, self._text(line, None, failure))

    def _text(self, line: Line, response: _Response | None, failure: _Failure | None) -> str:
        name = f"batch_req_{self._name}_{line.number}"
        return _encode(_Written(name, line.custom_id, response, failure)).decode()
