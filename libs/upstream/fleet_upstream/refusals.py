"""What a model server's refusal means to our caller."""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Any

import msgspec

from fleet_runtime.encoded import event_data
from fleet_runtime.errors import DeadlineExceeded, FleetError, InvalidArgument, UpstreamFailed
from fleet_upstream.events import split
from fleet_upstream.keys import Key
from fleet_upstream.rpc_status import KEY_INVALID, delay_of, reason_of

# Longer texts are dumps, not messages.
_LONGEST = 1000
# In bytes. What is longer is an answer; to read through all vectors of a large one would take milliseconds.
_LONGEST_ERROR = 64 * 1024
# In seconds. Who is sent away for longer had better not wait.
_DAY = 86400.0
_UNAUTHORIZED = (401, 403)
_STATUSES = range(400, 600)

_NOT_JSON = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

_fields_of = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode


@dataclass(frozen=True, slots=True)
class Said:
    """What an error says, whatever its shape."""

    message: str
    type: str | None = None
    code: str | None = None
    param: str | None = None
    retry_after: float | None = None


def refusal(status: int, body: bytes, headers: Mapping[str, str], key: Key) -> FleetError:
    """Return the error for an answer that is none.

    Its status stays, but for two: a redirect, which is never followed, and a key of ours that was refused, for the
    caller's own credentials were fine. Both are 502.
    """
    if status not in _STATUSES:
        return UpstreamFailed(
            f"The model server answered {status} where an answer was due; check its `base_url`.",
            status=502,
            code="upstream_redirected",
        )
    error = _failed(body, status, key, retry_after(headers))
    # AWS names its errors in a header, before a colon and an address.
    error.code = error.code or headers.get("x-amzn-errortype", "").partition(":")[0] or None
    return error


def error_event(events: bytes, key: Key) -> tuple[bytes, FleetError | None]:
    """Return the events before the first one that is an error, and that error, if there is one."""
    passed = 0
    for event in split(events):
        for data in event_data(event):
            error = error_in(data, key)
            if error:
                return events[:passed], error
        passed += len(event)
    return events, None


def error_in(body: bytes, key: Key) -> FleetError | None:
    """Return the error that a message of a successful answer carries, if it does.

    Raises:
        UpstreamFailed: The message is no JSON object. Long ones are only looked at from both ends.
    """
    fields = fields_of(body)
    return error_of(fields, key) if fields else None


def fields_of(body: bytes) -> dict[str, msgspec.Raw] | None:
    """Return the fields of a message, as they are written; nothing of a long one, which is no error.

    Raises:
        UpstreamFailed: The message is no JSON object. Long ones are only looked at from both ends.
    """
    if len(body) > _LONGEST_ERROR and body.startswith(b"{") and body.endswith(b"}"):
        return None
    try:
        return _fields_of(body)
    except _NOT_JSON:
        raise garbage() from None


def error_of(fields: Mapping[str, msgspec.Raw], key: Key) -> FleetError | None:
    """Return the error that a message with these fields is, if it is one."""
    raw = fields.get("error")
    if not raw:
        return None
    try:
        error = msgspec.json.decode(raw)
    except _NOT_JSON:
        raise garbage() from None
    if not error:
        return None
    code = error.get("code") if isinstance(error, dict) else None
    status = code if isinstance(code, int) and code in _STATUSES else 502
    return _failed(msgspec.json.encode(fields), status, key)


def read_error(body: bytes, status: int) -> Said:
    """Read OpenAI's envelope, Google's, FastAPI's `detail`, IBM's `errors`, `{"error": "text"}`, text or HTML."""
    try:
        content = msgspec.json.decode(body)
    except _NOT_JSON:
        content = _plain(body.decode(errors="replace"))
    if isinstance(content, dict):
        content = content.get("error") or content.get("detail") or _first(content) or content
    if not isinstance(content, dict):
        return Said(_text(content) or f"The model server answered {status}.")
    told = content.get("message") or content.get("detail") or content.get("error")
    message = _text(told) or f"The model server answered {status}."
    kind, code, param = (_word(content.get(name)) for name in ("type", "code", "param"))
    delay = delay_of(content)
    after = None if delay is None else min(delay, _DAY)
    return Said(message, kind, reason_of(content) or code, param, after)


def _first(content: dict[str, Any]) -> Any:
    """Return the first of several errors."""
    errors = content.get("errors")
    return errors[0] if isinstance(errors, list) and errors else None


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Return the seconds to wait, from seconds or from a date (RFC 9110, section 10.2.3)."""
    text = headers.get("retry-after")
    if text is None:
        return None
    try:
        seconds = float(text)
    except ValueError:
        seconds = _seconds_to(text)
    return None if math.isnan(seconds) else min(max(0.0, seconds), _DAY)


def _seconds_to(date: str) -> float:
    """Return the seconds from now to `date`; not a number if it is no date."""
    try:
        return (parsedate_to_datetime(date) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError):
        return math.nan


def garbage() -> UpstreamFailed:
    """Return the error for an answer that is no JSON."""
    return UpstreamFailed(
        "The model server answered something that is no answer; check its `base_url`.",
        status=502,
        code="upstream_garbage",
    )


def broke_off() -> UpstreamFailed:
    """Return the error for an answer that ends before its end."""
    return UpstreamFailed(
        "The model server hung up before its answer was complete.",
        status=502,
        code="upstream_broke_off",
    )


def late() -> DeadlineExceeded:
    """Return the error for a server that is silent for too long, or for longer than the caller has time."""
    return DeadlineExceeded("The model server did not answer in time.", code="upstream_timeout")


def unreachable(reason: str) -> UpstreamFailed:
    """Return the error for a server to which there is no connection. The reason names no host and no key."""
    return UpstreamFailed(
        f"The model server cannot be reached: {reason}.", status=502, code="upstream_unreachable"
    )


def _our_key(key: Key) -> FleetError:
    """Return the error for a key that is not the caller's, or not there at all."""
    if key.signed:
        return UpstreamFailed(
            "The model server refused the credentials that are configured for it, or they do not reach so far.",
            status=502,
            code="upstream_unauthorized",
        )
    if key.text is None and key.name:
        return InvalidArgument(
            f"The model server wants a key and none is configured. Send one as `{key.name}` in the header"
            " `X-LlamaStack-Provider-Data`.",
            code="missing_api_key",
        )
    return UpstreamFailed(
        "The model server refused the key that is configured for it."
        if key.text
        else "The model server wants a key, and none is configured.",
        status=502,
        code="upstream_unauthorized",
    )


def _failed(body: bytes, status: int, key: Key, after: float | None = None) -> FleetError:
    """Return the error that `body` says, under `status`."""
    said = read_error(body, status)
    if said.code == KEY_INVALID:
        status = 401
    if status in _UNAUTHORIZED and not key.callers:
        return _our_key(key)
    return UpstreamFailed(
        key.hidden_in(said.message)[:_LONGEST],
        status=status,
        type=said.type,
        code=said.code,
        param=said.param,
        retry_after=said.retry_after if after is None else after,
    )


def _plain(text: str) -> str:
    """Return `text` without HTML's marks, its heads and scripts."""
    if "<" in text:
        text = re.sub(r"(?is)<(script|style|title)\b.*?</\1>|<[^>]*>", " ", text)
    return " ".join(unescape(text).split())


def _text(value: Any) -> str:
    """Return `value` as a message: FastAPI lists what is wrong as `{"loc": […], "msg": …}`."""
    if isinstance(value, list):
        return "; ".join(_text(item) for item in value)
    if isinstance(value, dict) and "msg" in value:
        place = ".".join(map(str, value.get("loc", ())))
        return f"{place}: {value['msg']}" if place else str(value["msg"])
    return value if isinstance(value, str) else msgspec.json.encode(value).decode() if value else ""


def _word(value: Any) -> str | None:
    """Return `value` as a word; some servers number their codes."""
    return None if value is None else str(value)
