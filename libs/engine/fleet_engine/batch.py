"""The tokens of one step, laid out for the model.

All tokens go through the matrix multiplications together; only attention looks at sequences.
A step holds one token of each running answer, then pieces of prompts.
"""

from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from fleet_engine.adapters import Adapter
from fleet_engine.cache import BLOCK_TOKENS

# Attending to that many padded positions costs as much as one more call.
CALL_COST = 128


@dataclass(frozen=True, eq=False)
class Span:
    """Consecutive new tokens of one sequence."""

    table: NDArray[np.int32]
    """The blocks of the sequence, in order; at least as many as its tokens need."""
    start: int
    tokens: list[int]
    wants_logits: bool
    """Whether the token after the last is to be sampled."""
    adapter: Adapter | None = None
    """What is added to the model's weights for it."""

    @property
    def end(self) -> int:
        """Return the position after the last."""
        return self.start + len(self.tokens)


@dataclass(frozen=True)
class Segment:
    """Sequences with equally many new tokens, which attend in one call."""

    rows: slice
    """Which tokens of the batch."""
    tables: Tensor
    """The blocks of each sequence, padded with any, of shape (sequences, blocks)."""
    mask: Tensor | None
    """What to add to the scores, (sequences, 1, new tokens, keys); or nothing to hide but what
    comes later."""
    local_mask: Tensor | None
    """Likewise, in layers that see their own chunk of the context only."""
    fresh: bool
    """Whether it is one sequence from its start, which needs nothing from the cache."""


@dataclass(frozen=True)
class Batch:
    """What the model computes in one step."""

    tokens: Tensor
    positions: Tensor
    lines: Tensor
    """Where the keys and values go, see `KVCache.write`."""
    segments: list[Segment]
    last: Tensor | None
    """The tokens whose logits are wanted; all if `None`."""
    adapted: list[tuple[Adapter, Tensor | None]] = field(default_factory=list)
    """The adapters, each with its tokens; all if `None`."""

    def adapt_(self, product: Tensor, x: Tensor, layer: int, name: str) -> Tensor:
        """Let the adapters add to what a matrix made of `x`; return `product`."""
        for adapter, rows in self.adapted:
            adapter.add_(product, x, rows, layer, name)
        return product


def arranged(spans: list[Span]) -> list[Span]:
    """Return `spans` in the order in which `batched` wants them, and logits come out."""
    return sorted(spans, key=lambda span: (len(span.tokens) > 1, span.end))


def batched(
    spans: list[Span], dtype: torch.dtype, device: torch.device, chunk: int | None = None
) -> Batch:
    """Lay out `arranged` spans.

    Args:
        spans: What to compute.
        dtype: In which type.
        device: Where.
        chunk: How many tokens some layers see; all if `None`.
    """
    tokens = [token for span in spans for token in span.tokens]
    positions = [at for span in spans for at in range(span.start, span.end)]
    lines = [line for span in spans for line in _lines(span)]
    ids, at, rows = torch.tensor([tokens, positions, lines]).to(device)
    last, row = [], 0
    for span in spans:
        row += len(span.tokens)
        if span.wants_logits:
            last.append(row - 1)
    return Batch(
        tokens=ids,
        positions=at,
        lines=rows,
        segments=_segments(spans, dtype, device, chunk),
        adapted=_adapted(spans, device),
        last=None
        if len(last) == len(tokens)
        else torch.tensor(last, device=device, dtype=torch.long),
    )


def _adapted(spans: list[Span], device: torch.device) -> list[tuple[Adapter, Tensor | None]]:
    """Return the adapters of the step, each with the tokens that it is for."""
    first = spans[0].adapter if spans else None
    if all(span.adapter is first for span in spans):
        return [] if first is None else [(first, None)]
    rows: dict[Adapter, list[int]] = {}
    row = 0
    for span in spans:
        if span.adapter is not None:
            rows.setdefault(span.adapter, []).extend(range(row, row + len(span.tokens)))
        row += len(span.tokens)
    return [(adapter, torch.tensor(mine, device=device)) for adapter, mine in rows.items()]


def _lines(span: Span) -> list[int]:
    """Return the line of the cache for each token."""
    at = np.arange(span.start, span.end)
    lines: list[int] = (span.table[at // BLOCK_TOKENS] * BLOCK_TOKENS + at % BLOCK_TOKENS).tolist()
    return lines


def _segments(
    spans: list[Span], dtype: torch.dtype, device: torch.device, chunk: int | None
) -> list[Segment]:
    segments, row = [], 0
    for group in _groups(spans):
        rows = slice(row, row + len(group) * len(group[0].tokens))
        row = rows.stop
        blocks = -(-group[-1].end // BLOCK_TOKENS)
        tables = torch.from_numpy(_padded([span.table for span in group], blocks))
        fresh = len(group) == 1 and group[0].start == 0
        keys = group[0].end if fresh else blocks * BLOCK_TOKENS
        mask = local = None if fresh else _mask(group, keys, dtype, device)
        if chunk is not None and group[-1].end > chunk:
            local = _mask(group, keys, dtype, device, chunk)
        segments.append(Segment(rows, tables.to(device), mask, local, fresh))
    return segments


def _padded(tables: list[NDArray[np.int32]], blocks: int) -> NDArray[np.int32]:
    """Return the first `blocks` of each table, of shape (tables, blocks)."""
    padded = np.zeros((len(tables), blocks), np.int32)
    for row, table in zip(padded, tables, strict=True):
        length = min(blocks, len(table))
        row[:length] = table[:length]
    return padded


def _groups(spans: list[Span]) -> list[list[Span]]:
    """Cut `spans` between prompts, and where padding would cost more than a call."""
    groups: list[list[Span]] = []
    waste = 0
    for span in spans:
        group = groups[-1] if groups else []
        if group and len(span.tokens) == 1:
            waste += (span.end - group[-1].end) * len(group)
            if waste <= CALL_COST * len(group):
                group.append(span)
                continue
        groups.append([span])
        waste = 0
    return groups


def _mask(
    group: list[Span],
    keys: int,
    dtype: torch.dtype,
    device: torch.device,
    chunk: int | None = None,
) -> Tensor | None:
    """Return 0 for what each new token may attend to and -inf for the rest."""
    if len(group[0].tokens) == 1 and all(span.end == keys for span in group) and chunk is None:
        return None
    at = torch.tensor([[*range(span.start, span.end)] for span in group]).unsqueeze(-1)
    places = torch.arange(keys)
    hidden = places > at
    if chunk is not None:
        hidden |= places < at // chunk * chunk
    mask = torch.zeros(hidden.shape).masked_fill_(hidden, -torch.inf).unsqueeze(1)
    return mask.to(device, dtype)
