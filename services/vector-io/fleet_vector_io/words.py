"""What a word is, for the stores that leave it to us."""

import re

_WORD = re.compile(
    # Scripts that put no spaces between words are searched by their characters: kana, Han and Hangul.
    r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]"
    r"|[^\W_\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff]+"
)
_LONGEST = 255
"""In characters. What is longer is no word, and indexes have limits."""


def words(text: str) -> list[str]:
    """Return the words of a text in their order, case folded: runs of letters and digits."""
    return [word for word in _WORD.findall(text.casefold()) if len(word) <= _LONGEST]
