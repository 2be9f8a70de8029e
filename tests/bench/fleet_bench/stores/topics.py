"""The judged set: the topics of Python's own `help()`, in chunks with their embeddings."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from pydoc_data.topics import topics

import numpy as np
from numpy.typing import NDArray

from fleet_bench.stores.judgements import JUDGEMENTS
from fleet_bench.stores.sequence import Report
from fleet_chunking.block import Block
from fleet_chunking.chunker import chunk
from fleet_chunking.model_tokenizer import ModelTokenizer
from fleet_chunking.sizes import Sizes
from fleet_engine.encoder import Encoder

MODEL = Path.home() / ".llama" / "models" / "sentence-transformers" / "all-MiniLM-L6-v2"
REPEATED = frozenset({"compound", "specialnames", "else"})
"""Topics whose texts are those of other topics, put together."""

_SIZES = Sizes(200, 50)
_BATCH = 32


@dataclass(frozen=True, slots=True)
class Piece:
    """A chunk of a topic.

    Attributes:
        topic: The topic's name.
        position: Its place in the topic, from 0.
        text: What it says.
    """

    topic: str
    position: int
    text: str


def pieces(folder: Path = MODEL) -> list[Piece]:
    """Cut all topics that are searched into chunks, by the tokens of the model in `folder`."""
    tokenizer = ModelTokenizer(folder)
    return [
        Piece(topic, position, piece.text)
        for topic in sorted(topics.keys() - REPEATED)
        for position, piece in enumerate(chunk([Block("text", topics[topic])], tokenizer, _SIZES))
    ]


@dataclass(frozen=True, slots=True)
class Embedded:
    """What is searched, and what is asked, as vectors.

    Attributes:
        chunks: Of shape `(chunks, dimension)`.
        questions: Of shape `(questions, dimension)`.
    """

    chunks: NDArray[np.float32]
    questions: NDArray[np.float32]


def embedded(read: Sequence[Piece], kept: Path, report: Report, folder: Path = MODEL) -> Embedded:
    """Embed chunks and questions by the engine that the inference service runs: a minute's work, so it is kept.

    Args:
        read: The chunks.
        kept: The file that keeps the vectors; it is made anew for other texts.
        report: Is told how far it is.
        folder: The model.
    """
    texts = [piece.text for piece in read]
    questions = [each.question for each in JUDGEMENTS]
    said = hashlib.sha256("\0".join([folder.name, *texts, *questions]).encode()).hexdigest()
    if kept.exists():
        with np.load(kept) as file:
            if file["said"] == said:
                return Embedded(file["chunks"], file["questions"])
    encoder = Encoder(folder)
    parts = []
    for start in range(0, len(texts), _BATCH):
        report("embed", start, len(texts))
        parts.append(encoder.encode(texts[start : start + _BATCH]).vectors)
    found = Embedded(np.concatenate(parts), encoder.encode(questions).vectors)
    kept.parent.mkdir(parents=True, exist_ok=True)
    np.savez(kept, said=said, chunks=found.chunks, questions=found.questions)
    return found
