"""Vectors and rankings by native wires."""

import base64

import pytest

from fleet.inference.v1 import messages as m
from fleet_runtime.encoded import Encoded
from fleet_runtime.errors import InvalidArgument, Unimplemented
from fleet_testing.calls import rest_call


@pytest.mark.parametrize("texts", ["a", ["a", "bb", "ccc"]], ids=["one", "several"])
async def test_texts_become_vectors(provider, subject, texts):
    """In the order of the texts, also as base64, which the official clients ask for."""
    body = {"model": "text-embedder", "input": texts}
    if "embeddings" in subject.lacks:
        with pytest.raises(Unimplemented):
            await provider.embed(*rest_call(m.EmbeddingRequest, body))
        return
    floats = await provider.embed(*rest_call(m.EmbeddingRequest, body))
    packed = await provider.embed(
        *rest_call(m.EmbeddingRequest, body | {"encoding_format": "base64"})
    )
    floats, packed = _list_of(floats), _list_of(packed)

    assert [1.0 / (len(text) + 1) for text in texts] == pytest.approx(
        [e.embedding[0] for e in floats.data]
    )
    assert list(range(len(texts))) == [entry.index for entry in floats.data]
    assert 4 * len(floats.data[0].embedding) == len(base64.b64decode(packed.data[0].embedding))


async def test_tokens_do_not_become_vectors(provider, unless_lacking):
    """The vendors' models have tokenizers of their own."""
    unless_lacking("embeddings")
    with pytest.raises(InvalidArgument, match="input"):
        await provider.embed(
            *rest_call(m.EmbeddingRequest, {"model": "text-embedder", "input": [1, 2]})
        )


async def test_items_are_not_reranked(provider, subject):
    """The error says what would help."""
    if subject.reranks:
        pytest.skip("the vendor can")
    body = {"model": "chat", "query": "a", "items": ["a"]}
    with pytest.raises(Unimplemented, match="another provider"):
        await provider.rerank(*rest_call(m.RerankRequest, body))


def _list_of(answer):
    return answer.decode(m.EmbeddingList) if isinstance(answer, Encoded) else answer
