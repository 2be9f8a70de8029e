"""A model's own tokenizer, from the `tokenizer.json` in its folder."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import tokenizers

from fleet_chunking.tokenizer import Offsets

# In characters. The library needs some hundred bytes for each token of what it is given at once.
_AT_ONCE = 64 * 1024
# Where no tokenizer has a token that reaches across: after the white space with a line end in it.
_LINE_END = re.compile(r"\n\s*")


class ModelTokenizer:
    """Counts tokens as the model does whose folder this is.

    Raises:
        FileNotFoundError: There is no `tokenizer.json`.
    """

    def __init__(self, folder: Path, name: str | None = None) -> None:
        path = folder / "tokenizer.json"
        if not path.is_file():
            raise FileNotFoundError(f"{folder} has no tokenizer.json")
        self._tokenizer = tokenizers.Tokenizer.from_str(path.read_text())
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        self.name = name or folder.name
        self.special: int = self._tokenizer.num_special_tokens_to_add(False)

    def offsets(self, text: str) -> Offsets:
        """Return where the tokens of `text` begin."""
        found = [np.zeros(0, np.int64)]
        for begin, end in _pieces(text):
            # The batch form lets go of the GIL while it works.
            (encoding,) = self._tokenizer.encode_batch([text[begin:end]], add_special_tokens=False)
            if encoding.offsets:
                found.append(np.asarray(encoding.offsets, np.int64)[:, 0] + begin)
        return np.maximum.accumulate(np.concatenate(found))


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """Yield the ends of pieces that are tokenized one by one."""
    begin = 0
    while begin < len(text):
        end = min(begin + _AT_ONCE, len(text))
        if end < len(text):
            gaps = [gap.end() for gap in _LINE_END.finditer(text, end - _AT_ONCE // 4, end)]
            # White space that goes on beyond the limit is of the next piece.
            end = next((gap for gap in reversed(gaps) if gap < end), end)
        yield begin, end
        begin = end
