"""`cl100k_base`, the tokens by which Llama Stack counts, without a download.

The ranks beside this file are OpenAI's, under the licence beside them, packed by xz; `SHA256` is what OpenAI publishes
for the file. Format: https://github.com/openai/tiktoken/blob/main/tiktoken/load.py
"""

import base64
import hashlib
import lzma
from importlib.resources import files

import numpy as np
import tiktoken

from fleet_chunking.tokenizer import Offsets

SHA256 = "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7"
# How text is split before merging: https://github.com/openai/tiktoken/blob/main/tiktoken_ext/openai_public.py
_SPLITTING = (
    r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+|"
    r" ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s"
)


class Cl100k:
    """Counts tokens as OpenAI's models of 2023 do. Loading takes a third of a second: have one a process."""

    name = "cl100k_base"
    special = 0

    def __init__(self) -> None:
        ranks = _ranks()
        self._encoding = tiktoken.Encoding(
            self.name, pat_str=_SPLITTING, mergeable_ranks=ranks, special_tokens={}
        )
        self._sizes = np.zeros(len(ranks), np.int64)
        for token, rank in ranks.items():
            self._sizes[rank] = len(token)

    def offsets(self, text: str) -> Offsets:
        """Return where the tokens of `text` begin."""
        sizes = self._sizes[self._encoding.encode_to_numpy(text, disallowed_special=())]
        begins = np.cumsum(sizes) - sizes
        return begins if text.isascii() else _characters(text)[begins]


def _ranks() -> dict[bytes, int]:
    """Return the tokens by their ranks."""
    data = lzma.decompress(files(__package__).joinpath("cl100k_base.tiktoken.xz").read_bytes())
    if hashlib.sha256(data).hexdigest() != SHA256:
        raise RuntimeError("cl100k_base.tiktoken.xz is damaged; install llama-fleet again")
    lines = (line.split() for line in data.splitlines())
    return {base64.b64decode(token): int(rank) for token, rank in lines}


def _characters(text: str) -> Offsets:
    """Return which character each byte of `text`, in UTF-8, is of."""
    data = np.frombuffer(text.encode("utf-8", errors="replace"), np.uint8)
    first = (data & 0xC0) != 0x80  # noqa: PLR2004 - the bits of a byte that goes on (RFC 3629, section 3)
    return np.cumsum(first) - 1
