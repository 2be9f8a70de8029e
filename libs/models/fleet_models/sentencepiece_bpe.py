"""Tokenizers of sentencepiece's BPE kind: those of Llama 1 and 2."""

import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from tokenizers import AddedToken, Tokenizer
from tokenizers.decoders import ByteFallback, Fuse, Replace, Strip
from tokenizers.decoders import Sequence as Decoders
from tokenizers.models import BPE
from tokenizers.normalizers import Normalizer, Prepend
from tokenizers.normalizers import Replace as ReplaceText
from tokenizers.normalizers import Sequence as Normalizers
from tokenizers.processors import TemplateProcessing

from fleet_models.errors import ModelError

SPACE = "\N{LOWER ONE EIGHTH BLOCK}"
UNKNOWN, CONTROL = 2, 3


class Piece(NamedTuple):
    """A token. `kind` is numbered as in sentencepiece's `ModelProto.SentencePiece.Type`."""

    text: str
    score: float = 0.0
    kind: int = 1


def read(path: Path) -> list[Piece]:
    """Return the pieces of a `tokenizer.model`, by id.

    Format: https://github.com/google/sentencepiece/blob/master/src/sentencepiece_model.proto

    Raises:
        ModelError: It is no such file.
    """
    try:
        pieces = [_piece(body) for number, body in _fields(path.read_bytes()) if number == 1]
    except (IndexError, struct.error, ValueError, TypeError) as error:
        raise ModelError(f"{path.name} is not a sound sentencepiece model") from error
    if not pieces:
        raise ModelError(f"{path.name} is not a sound sentencepiece model")
    return pieces


def build(pieces: Sequence[Piece], bos: str, *, prefix: bool = True) -> Tokenizer:
    """Return the tokenizer of `pieces`, by id.

    Args:
        pieces: The vocabulary.
        bos: What every text begins with.
        prefix: Whether a space is put before every text.
    """
    ids = {piece.text: id_ for id_, piece in enumerate(pieces)}
    unknown = next((piece.text for piece in pieces if piece.kind == UNKNOWN), None)
    model = BPE(ids, merges(pieces), unk_token=unknown, fuse_unk=True, byte_fallback=True)
    tokenizer = Tokenizer(model)
    steps: list[Normalizer] = [Prepend(SPACE)] if prefix else []
    tokenizer.normalizer = Normalizers([*steps, ReplaceText(" ", SPACE)])
    stripping = [Strip(" ", 1, 0)] if prefix else []
    tokenizer.decoder = Decoders([Replace(SPACE, " "), ByteFallback(), Fuse(), *stripping])
    tokenizer.post_processor = TemplateProcessing(
        single=f"{bos} $A", pair=f"{bos} $A {bos}:1 $B:1", special_tokens=[(bos, ids[bos])]
    )
    special = [piece.text for piece in pieces if piece.kind in {UNKNOWN, CONTROL}]
    tokenizer.add_special_tokens([AddedToken(t, special=True, normalized=False) for t in special])
    return tokenizer


def merges(pieces: Sequence[Piece]) -> list[tuple[str, str]]:
    """Return what becomes one token, most important first.

    sentencepiece has no list of merges: two neighbours become one wherever that is a piece, the one
    with the highest score first.
    """
    ids = {piece.text: id_ for id_, piece in enumerate(pieces)}
    found = []
    for piece in pieces:
        for cut in range(1, len(piece.text)):
            left, right = piece.text[:cut], piece.text[cut:]
            if left in ids and right in ids:
                found.append((-piece.score, ids[piece.text], ids[left], ids[right], left, right))
    return [(left, right) for *_, left, right in sorted(found)]


def _piece(body: object) -> Piece:
    fields = dict(_fields(body if isinstance(body, bytes) else b""))
    text, score, kind = fields.get(1, b""), fields.get(2, b"\0\0\0\0"), fields.get(3, 1)
    if not isinstance(text, bytes) or not isinstance(score, bytes) or not isinstance(kind, int):
        raise TypeError("a field of another type")
    return Piece(text.decode(), struct.unpack("<f", score)[0], kind)


def _fields(message: bytes) -> Iterator[tuple[int, bytes | int]]:
    """Yield the fields of an encoded protobuf message: numbers, and everything else as bytes."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        number, wire = key >> 3, key & 7
        if wire == 0:
            value, at = _varint(message, at)
            yield number, value
            continue
        if wire == 2:  # noqa: PLR2004 - https://protobuf.dev/programming-guides/encoding/
            size, at = _varint(message, at)
        else:
            size = {1: 8, 5: 4}[wire] if wire in {1, 5} else len(message)
        if at + size > len(message):
            raise ValueError("cut off")
        yield number, message[at : at + size]
        at += size


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        byte = message[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if not byte & 0x80:
            return value, at
        shift += 7
