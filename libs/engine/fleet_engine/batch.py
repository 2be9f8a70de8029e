"""The tokens of one step, laid out for the model.

All tokens go through the matrix multiplications together; only attention looks at sequences.
A step holds one token of each running answer, then pieces of prompts.
"""

from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor

from fleet_engine.cache import KVCache

# Attending to that many padded positions costs as much as one more call.
CALL_COST = 128


@dataclass(frozen=True)
class Span:
    """Consecutive new tokens of one sequence."""

    slot: int
    start: int
    tokens: list[int]
    wants_logits: bool
    """Whether the token after the last is to be sampled."""

    @property
    def end(self) -> int:
        """Return the position after the last."""
        return self.start + len(self.tokens)


@dataclass(frozen=True)
class Segment:
    """Neighbouring slots with equally many new tokens, which attend in one call."""

    rows: slice
    """Which tokens of the batch."""
    slots: slice
    keys: int
    """The number of positions to attend to, of the longest sequence."""
    mask: Tensor | None
    """What to add to the scores, (sequences, 1, new tokens, keys); or nothing to hide."""
    causal: bool
    """Whether token i attends to the first i keys, without a mask."""


@dataclass(frozen=True)
class Batch:
    """What the model computes in one step."""

    tokens: Tensor
    positions: Tensor
    lines: Tensor
    """Where the keys and values go, see `KVCache.lines`."""
    segments: list[Segment]
    last: Tensor | None
    """The tokens whose logits are wanted; all if `None`."""


def arranged(spans: list[Span]) -> list[Span]:
    """Return `spans` in the order in which `batched` wants them, and logits come out."""
    return sorted(spans, key=lambda span: (len(span.tokens) > 1, span.slot))


def batched(spans: list[Span], cache: KVCache, dtype: torch.dtype, device: torch.device) -> Batch:
    """Lay out `arranged` spans."""
    tokens = [token for span in spans for token in span.tokens]
    slots = [span.slot for span in spans for _ in span.tokens]
    positions = [at for span in spans for at in range(span.start, span.end)]
    ids, rows, at = torch.tensor([tokens, slots, positions]).to(device)
    last, row = [], 0
    for span in spans:
        row += len(span.tokens)
        if span.wants_logits:
            last.append(row - 1)
    return Batch(
        tokens=ids,
        positions=at,
        lines=cache.lines(rows, at),
        segments=_segments(spans, dtype, device),
        last=None
        if len(last) == len(tokens)
        else torch.tensor(last, device=device, dtype=torch.long),
    )


def _segments(spans: list[Span], dtype: torch.dtype, device: torch.device) -> list[Segment]:
    segments, row = [], 0
    for group in _groups(spans):
        rows = slice(row, row + len(group) * len(group[0].tokens))
        row = rows.stop
        keys = max(span.end for span in group)
        causal = len(group) == 1 and group[0].start == 0
        mask = None if causal else _mask(group, keys, dtype, device)
        slots = slice(group[0].slot, group[-1].slot + 1)
        segments.append(Segment(rows, slots, keys, mask, causal))
    return segments


def _groups(spans: list[Span]) -> list[list[Span]]:
    """Cut `spans` where slots are not neighbours, or where padding would cost more than a call."""
    if not spans:
        return []
    groups, waste = [[spans[0]]], 0
    for before, span in pairwise(spans):
        group = groups[-1]
        longest = max(member.end for member in group)
        waste += max(span.end - longest, 0) * len(group) + max(longest - span.end, 0)
        single = len(before.tokens) == len(span.tokens) == 1
        if single and span.slot == before.slot + 1 and waste <= CALL_COST * len(group):
            group.append(span)
        else:
            groups.append([span])
            waste = 0
    return groups


def _mask(group: list[Span], keys: int, dtype: torch.dtype, device: torch.device) -> Tensor | None:
    """Return 0 for what each new token may attend to and -inf for the rest."""
    if len(group[0].tokens) == 1 and all(span.end == keys for span in group):
        return None
    ends = [[at + 1 for at in range(span.start, span.end)] for span in group]
    hidden = torch.arange(keys) >= torch.tensor(ends).unsqueeze(-1)
    mask = torch.zeros(hidden.shape).masked_fill_(hidden, -torch.inf).unsqueeze(1)
    return mask.to(device, dtype)
