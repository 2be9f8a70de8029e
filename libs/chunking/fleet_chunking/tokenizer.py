"""What is asked of a tokenizer."""

from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

Offsets: TypeAlias = NDArray[np.int64]
"""Where each token of a text begins, in characters, of shape `(tokens,)`; never falling.

Tokens may share a character, and characters between two tokens may be of neither.
"""


class Tokenizer(Protocol):
    """Knows what the tokens of a text are. Safe to use from several threads."""

    @property
    def name(self) -> str:
        """What it is called, such as `cl100k_base`."""
        ...

    @property
    def special(self) -> int:
        """How many tokens the model puts around each text, besides the text's own."""
        ...

    def offsets(self, text: str) -> Offsets:
        """Return where the tokens of `text` begin, without those that the model puts around it."""
        ...
