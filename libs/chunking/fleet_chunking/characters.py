"""What a reader takes for one character, which no chunk ends in the middle of.

The short of https://unicode.org/reports/tr29 (grapheme clusters): marks and what is joined stay with what is before.
"""

import unicodedata

from fleet_chunking.tokenizer import Offsets

_JOINER = "\u200d"
_SKIN_TONES = range(0x1F3FB, 0x1F400)


def ends_word(text: str, place: int) -> bool:
    """Say whether white space is on either side of `place`, or nothing."""
    return not 0 < place < len(text) or text[place].isspace() or text[place - 1].isspace()


def ends_character(text: str, place: int) -> bool:
    """Say whether a character begins at `place`, and none goes on."""
    if not 0 < place < len(text):
        return True
    before, after = text[place - 1], text[place]
    if before == "\r" and after == "\n":
        return False
    return not (
        _JOINER in {before, after}
        or unicodedata.category(after).startswith("M")
        or ord(after) in _SKIN_TONES
    )


def first_token(text: str, offsets: Offsets, token: int, lowest: int) -> int:
    """Return the last token up to `token` that begins with a character of its own, or `lowest` if all are later.

    Where one character has all the tokens from `lowest` on, this is `token`: then it has to be cut.
    """
    for found in range(token, lowest, -1):
        apart = offsets[found] != offsets[found - 1]
        if apart and ends_character(text, int(offsets[found])):
            return found
    return token
