"""Vectors on the wire, in pgvector's binary format: two counts of 16 bits, then floats of 32, all big-endian.

Source: `vector_recv` and `vector_send` of https://github.com/pgvector/pgvector/blob/master/src/vector.c
"""

import struct
from dataclasses import dataclass

import numpy as np
from psycopg.adapt import Buffer, Dumper
from psycopg.pq import Format

from fleet_vector_io.provider import Vector

_HEAD = struct.Struct(">HH")


@dataclass(frozen=True, slots=True)
class WireVector:
    """A vector as a statement is given it. Its place in the statement must say that it is a `vector`."""

    vector: Vector


class VectorDumper(Dumper):
    """Writes vectors for psycopg."""

    format = Format.BINARY

    def dump(self, obj: WireVector) -> Buffer:
        """Return the bytes."""
        vector = obj.vector
        return _HEAD.pack(len(vector), 0) + vector.astype(">f4").tobytes()


def loaded(data: bytes) -> Vector:
    """Return the vector that a binary answer holds."""
    return np.frombuffer(data, dtype=">f4", offset=_HEAD.size).astype(np.float32)
