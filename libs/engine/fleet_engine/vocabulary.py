"""What each token stands for, as bytes.

A character may be spread over several tokens, so text is only ever made from joined bytes.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from fleet_engine.errors import UnsupportedModel

SPACE_MARK = "\N{LOWER ONE EIGHTH BLOCK}"


def token_bytes(tokenizer: Mapping[str, Any], size: int) -> list[bytes]:
    """Return the bytes of each token id below `size`; special tokens have none.

    Args:
        tokenizer: The content of `tokenizer.json`.
        size: At least the number of logits of the model.

    Raises:
        UnsupportedModel: The tokenizer's decoder works neither on bytes nor on marked spaces.
    """
    decoders = set(_decoder_types(tokenizer.get("decoder") or {}))
    if "ByteLevel" in decoders:
        decode = _from_byte_level
    elif decoders & {"ByteFallback", "Metaspace"}:
        decode = _from_marked
    else:
        raise UnsupportedModel(
            f"cannot decode tokens by {', '.join(sorted(decoders)) or 'nothing'}"
        )
    added = {token["id"]: token for token in tokenizer.get("added_tokens", [])}
    vocabulary = {id_: piece for piece, id_ in _pieces(tokenizer["model"]["vocab"])}
    table = [b""] * max(size, 1 + max(vocabulary), 1 + max(added, default=0))
    for id_, piece in vocabulary.items():
        table[id_] = decode(piece)
    for id_, token in added.items():
        table[id_] = b"" if token["special"] else token["content"].encode()
    return table


def _pieces(vocabulary: Mapping[str, int] | list[list[Any]]) -> Iterator[tuple[str, int]]:
    """Yield the pieces with their ids; a Unigram model lists them with their scores."""
    if isinstance(vocabulary, Mapping):
        yield from vocabulary.items()
    else:
        yield from ((piece, id_) for id_, (piece, _) in enumerate(vocabulary))


def _decoder_types(decoder: Mapping[str, Any]) -> Iterator[str]:
    if "type" in decoder:
        yield decoder["type"]
    for part in decoder.get("decoders", []):
        yield from _decoder_types(part)


def _byte_level_alphabet() -> dict[str, int]:
    """Return GPT-2's characters for bytes: itself if printable in Latin-1, else from U+0100 on."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in printable]
    shifted = {chr(256 + i): byte for i, byte in enumerate(others)}
    return {chr(byte): byte for byte in printable} | shifted


_BYTE_OF = _byte_level_alphabet()


def _from_byte_level(piece: str) -> bytes:
    try:
        return bytes(_BYTE_OF[character] for character in piece)
    except KeyError:  # a control token that the file does not list as added
        return piece.encode()


def _from_marked(piece: str) -> bytes:
    if piece.startswith("<0x") and piece.endswith(">"):
        return bytes.fromhex(piece[3:-1])
    return piece.replace(SPACE_MARK, " ").encode()
