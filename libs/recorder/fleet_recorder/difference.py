"""What one request has and another has not, said so that a person sees it."""

import json
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

# In characters.
_LONGEST = 80
_ABSENT = object()


def differences(recorded: Any, asked: Any, path: str = "") -> Iterator[str]:
    """Yield a line for each field in which two JSON values differ: where, and what was recorded and asked there."""
    if recorded == asked:
        return
    if isinstance(recorded, dict) and isinstance(asked, dict):
        for name in sorted(recorded.keys() | asked.keys()):
            inner = f"{path}.{name}" if path else name
            yield from differences(recorded.get(name, _ABSENT), asked.get(name, _ABSENT), inner)
    elif isinstance(recorded, list) and isinstance(asked, list):
        for place, (one, two) in enumerate(zip_longest(recorded, asked, fillvalue=_ABSENT)):
            yield from differences(one, two, f"{path}[{place}]")
    else:
        yield f"{path or 'body'}: recorded {_shown(recorded, asked)}, asked {_shown(asked, recorded)}"


def _shown(value: Any, other: Any) -> str:
    """Return a value in short: of a long text what surrounds its first difference from the other."""
    if value is _ABSENT:
        return "nothing"
    text = _written(value)
    if len(text) <= _LONGEST:
        return text
    pairs = zip(text, _written(other), strict=False)
    same = next((place for place, (one, two) in enumerate(pairs) if one != two), 0)
    start = max(0, same - _LONGEST // 4)
    return f"{'…' * (start > 0)}{text[start : start + _LONGEST]}…"


def _written(value: Any) -> str:
    return "" if value is _ABSENT else json.dumps(value, ensure_ascii=False)
