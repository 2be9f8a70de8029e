"""Vectors as OpenAI's embeddings.

Format: https://platform.openai.com/docs/api-reference/embeddings
"""

import struct
from base64 import b64encode
from collections.abc import Sequence

from fleet.inference.v1 import messages as m


def embedding_list(
    vectors: Sequence[Sequence[float]], request: m.EmbeddingRequest, tokens: int
) -> m.EmbeddingList:
    """Return `vectors`, one for each text of `request`, in the form that it asks for; `tokens` is what it cost."""
    packed = request.encoding_format == "base64"
    data = [
        m.Embedding(embedding=_packed(vector) if packed else list(vector), index=place)
        for place, vector in enumerate(vectors)
    ]
    usage = m.EmbeddingUsage(prompt_tokens=tokens, total_tokens=tokens)
    return m.EmbeddingList(data=data, model=request.model, usage=usage)


def _packed(vector: Sequence[float]) -> str:
    """Return little-endian 32-bit floats in base64."""
    return b64encode(struct.pack(f"<{len(vector)}f", *vector)).decode()
