"""The lines of an input: what each asks, or what is wrong with it.

Format: https://platform.openai.com/docs/api-reference/batch/request-input
"""

from dataclasses import dataclass
from typing import Annotated, Any, Generic, Literal, TypeVar

import msgspec

from fleet.batches.v1 import messages as m
from fleet_batches.endpoints import Endpoint
from fleet_runtime.call import Call
from fleet_runtime.errors import FleetError, InvalidArgument
from fleet_runtime.reading import reading
from fleet_runtime.unknown import unknown_fields

BodyT = TypeVar("BodyT")


class _Sent(msgspec.Struct, Generic[BodyT]):
    custom_id: Annotated[str, msgspec.Meta(min_length=1)]
    method: Literal["POST"]
    url: str
    body: BodyT


@dataclass(frozen=True, slots=True)
class Line:
    """A request.

    Attributes:
        number: Its place in the file, from 1; blank lines count.
        custom_id: Its owner's name for it.
        model: The model that it names.
        request: What it asks.
    """

    number: int
    custom_id: str
    model: str
    request: Any


class LineReader:
    """Reads lines of one batch.

    Args:
        endpoint: Where all of them go.
        longest: The most bytes of a line, its end included.
    """

    def __init__(self, endpoint: Endpoint, longest: int) -> None:
        self._endpoint = endpoint
        self._longest = longest
        self._decode = msgspec.json.Decoder(_Sent[endpoint.request]).decode  # type: ignore[name-defined]
        self._split = msgspec.json.Decoder(_Sent[msgspec.Raw]).decode
        self._is_open = "extra" in endpoint.request.__struct_fields__

    def read(self, number: int, text: bytes | None) -> Line | m.BatchError:
        """Return what a line asks, or the first thing that is wrong with it.

        Args:
            number: Its place in the file.
            text: It, without what is too long to be read.
        """
        try:
            return self._line(number, self._whole(text))
        except FleetError as error:
            return problem(error, number)

    def _line(self, number: int, text: bytes) -> Line:
        with reading():
            text.decode()  # bodies may hold JSON that nobody here reads, and that must be UTF-8 all the same
            sent = self._decode(text)
        if sent.url != self._endpoint.path:
            raise InvalidArgument(
                f"This line goes to another place than the batch, which is for '{self._endpoint.path}'.",
                code="invalid_url",
                param="url",
            )
        request = sent.body
        _check(request)
        if self._is_open:
            call = Call("Line")
            call.body = bytes(self._split(text).body)
            request.extra = unknown_fields(request, call)
        return Line(number, sent.custom_id, request.model, request)

    def _whole(self, text: bytes | None) -> bytes:
        if text is None:
            raise InvalidArgument(
                f"This line is longer than the {self._longest} bytes that are taken.",
                code="line_too_long",
            )
        return text


def problem(error: FleetError, number: int | None = None) -> m.BatchError:
    """Return what is told of an input, or of one line of it, that cannot be answered."""
    code = "invalid_json_line" if error.code == "invalid_json" else error.code
    return m.BatchError(
        code=code or error.type, line=number, message=error.message, param=error.param
    )


def _check(request: Any) -> None:
    """Raise `InvalidArgument` for what cannot be asked by a line."""
    if getattr(request, "stream", None):  # not all have it
        raise InvalidArgument(
            "The answer to a line is written whole: leave 'stream' out.",
            code="streaming_unsupported",
            param="body.stream",
        )
    if getattr(request, "background", None):
        raise InvalidArgument(
            "The answer to a line is waited for: leave 'background' out.",
            code="background_unsupported",
            param="body.background",
        )
