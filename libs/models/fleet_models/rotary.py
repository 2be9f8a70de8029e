"""The order of the rows that rotary position embedding turns together."""

import numpy as np
from numpy.typing import NDArray


def halves(rows: NDArray[np.float32], heads: int) -> NDArray[np.float32]:
    """Reorder the rows of q or k from Meta's order to Hugging Face's.

    Meta, and llama.cpp, rotate neighbouring rows of a head together; Hugging Face folders pair the
    first half of a head's rows with the second. Shape `(heads · head_dim, width)` in and out.
    """
    pairs = rows.reshape(heads, -1, 2, rows.shape[-1])
    return np.ascontiguousarray(pairs.swapaxes(1, 2)).reshape(rows.shape)
