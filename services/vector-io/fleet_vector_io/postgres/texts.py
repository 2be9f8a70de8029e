"""Any text in Postgres, which has no U+0000.

U+0000 and U+0001 become two characters each, so that the order of texts by code points stays what it is.
"""

from typing import Final

_TO: Final = {0: "\x01\x01", 1: "\x01\x02"}


def held(text: str) -> str:
    """Return what Postgres holds in the place of `text`."""
    return text.translate(_TO) if "\x00" in text or "\x01" in text else text


def given(text: str) -> str:
    """Return the text that Postgres holds as `text`."""
    if "\x01" not in text:
        return text
    return text.replace("\x01\x01", "\x00").replace("\x01\x02", "\x01")
