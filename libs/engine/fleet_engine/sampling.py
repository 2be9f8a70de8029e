"""Choosing the next tokens of all sequences at once.

Each sequence draws from its own random numbers, one a token, so its answer does not depend on the
others in the batch.
"""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import torch
from torch import Tensor

from fleet_engine.generation import Alternative, SamplingParams, Token
from fleet_engine.grammar import Guide, mask_logits

# Below this a draw is the likeliest token in all but name.
GREEDY = 1e-5
# Sorting a whole vocabulary takes as long as the model; nearly always the nucleus is in the top.
CANDIDATES = 256


@dataclass(eq=False)
class Choice:
    """How one sequence chooses its tokens, and what it chose so far."""

    params: SamplingParams
    prompt: frozenset[int] = frozenset()
    """The tokens of the prompt; needed for the repetition penalty only."""
    guide: Guide | None = None
    answered: Counter[int] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._random = random.Random(self.params.seed)  # noqa: S311

    @property
    def greedy(self) -> bool:
        """Return whether always the likeliest token is taken."""
        return self.params.temperature < GREEDY

    @property
    def edits(self) -> bool:
        """Return whether logits have to be changed before choosing."""
        return self.params.edits_counts or bool(self.params.logit_bias)

    @property
    def truncates(self) -> bool:
        """Return whether only the likeliest tokens are to be drawn from."""
        return self.params.top_k > 0 or self.params.top_p < 1

    def uniform(self) -> float:
        """Return the next random number in [0, 1)."""
        return self._random.random()

    def took(self, token: int) -> None:
        """Remember a chosen token, as penalties and the grammar need it."""
        if self.params.edits_counts:
            self.answered[token] += 1
        if self.guide is not None:
            self.guide.accept(token)


def choose(logits: Tensor, choices: Sequence[Choice], table: Sequence[bytes]) -> list[Token]:
    """Return the next token of each sequence.

    Args:
        logits: Of shape (sequences, vocabulary); changed in place.
        choices: One a row.
        table: The bytes of each token id.
    """
    reported = [row for row, choice in enumerate(choices) if choice.params.logprobs is not None]
    logprobs = logits[reported].log_softmax(-1) if reported else None
    _edit(logits, choices)
    ids = _ids(logits, choices)
    tokens = [Token(id_, table[id_]) for id_ in ids]
    if logprobs is not None:
        for row, line in zip(reported, logprobs, strict=True):
            tokens[row] = _reported(ids[row], line, choices[row].params.logprobs or 0, table)
    for choice, id_ in zip(choices, ids, strict=True):
        choice.took(id_)
    return tokens


def _reported(id_: int, logprobs: Tensor, top: int, table: Sequence[bytes]) -> Token:
    """Return a token with its log probability and its `top` alternatives."""
    values, ids = logprobs.topk(top)
    alternatives = tuple(
        Alternative(other, table[other], value)
        for other, value in zip(ids.tolist(), values.tolist(), strict=True)
    )
    return Token(id_, table[id_], float(logprobs[id_]), alternatives)


def _edit(logits: Tensor, choices: Sequence[Choice]) -> None:
    """Apply penalties, biases and grammars, in this order."""
    for row, choice in enumerate(choices):
        if choice.edits:
            _penalise(logits[row], choice)
            _bias(logits[row], choice.params)
    guides = {row: choice.guide for row, choice in enumerate(choices) if choice.guide is not None}
    if guides:
        mask_logits(logits, guides)


def _penalise(logits: Tensor, choice: Choice) -> None:
    params, device = choice.params, logits.device
    if params.repetition_penalty != 1.0:
        seen = torch.tensor(list(choice.prompt | choice.answered.keys()), device=device)
        old = logits[seen]
        factor = params.repetition_penalty
        logits[seen] = torch.where(old > 0, old / factor, old * factor)
    if choice.answered:
        ids = torch.tensor(list(choice.answered), device=device)
        counts = torch.tensor(list(choice.answered.values()), device=device)
        logits[ids] -= params.frequency_penalty * counts + params.presence_penalty


def _bias(logits: Tensor, params: SamplingParams) -> None:
    if params.logit_bias:
        ids = torch.tensor(list(params.logit_bias), device=logits.device)
        logits[ids] += torch.tensor(list(params.logit_bias.values()), device=logits.device)


def _ids(logits: Tensor, choices: Sequence[Choice]) -> list[int]:
    drawn = [row for row, choice in enumerate(choices) if not choice.greedy]
    if not drawn:
        return _listed(logits.argmax(-1))
    ids = _listed(logits.argmax(-1)) if len(drawn) < len(choices) else [0] * len(choices)
    for truncates in (False, True):
        rows = [row for row in drawn if choices[row].truncates is truncates]
        if rows:
            chosen = _draw(logits[rows], [choices[row] for row in rows], truncates=truncates)
            for row, id_ in zip(rows, _listed(chosen), strict=True):
                ids[row] = id_
    return ids


def _listed(ids: Tensor) -> list[int]:
    listed: list[int] = ids.tolist()
    return listed


def _draw(logits: Tensor, choices: Sequence[Choice], *, truncates: bool) -> Tensor:
    """Return one random token a row, of shape (rows)."""

    def column(values: list[float]) -> Tensor:
        return torch.tensor(values, device=logits.device).unsqueeze(1)

    logits = logits / column([choice.params.temperature for choice in choices])
    min_p = column([choice.params.min_p for choice in choices])
    uniform = torch.tensor(
        [[choice.uniform()] for choice in choices], dtype=torch.float64, device=logits.device
    )
    if not truncates:
        weights = logits.softmax(-1)
        weights = weights.where(weights >= min_p * weights.amax(-1, keepdim=True), 0)
        return _pick(weights, uniform).squeeze(1)
    top_k = column([choice.params.top_k or logits.shape[1] for choice in choices])
    top_p = column([choice.params.top_p for choice in choices])
    most = max(choice.params.top_k for choice in choices)
    weights, ids = _likeliest(logits, top_k, top_p, max(most, CANDIDATES))
    weights = weights.where(weights >= min_p * weights[:, :1], 0)
    return ids.gather(1, _pick(weights, uniform)).squeeze(1)


def _likeliest(
    logits: Tensor, top_k: Tensor, top_p: Tensor, candidates: int
) -> tuple[Tensor, Tensor]:
    """Return the weights of the tokens within `top_k`, then `top_p`, and their ids.

    Both of shape (rows, candidates), likeliest first; what is cut off has the weight 0.
    """
    size = logits.shape[1]
    top, ids = logits.topk(min(candidates, size))
    rank = torch.arange(top.shape[1], device=top.device)
    top = top.where(rank < top_k, -torch.inf)
    whole = torch.where(top_k < size, top.logsumexp(-1, True), logits.logsumexp(-1, True))
    weights = (top - whole).exp()
    reached = weights.cumsum(-1)
    short = (top_k >= size) & (reached[:, -1:] < top_p)
    if candidates < size and short.any():
        return _likeliest(logits, top_k, top_p, candidates * 16)
    kept = (reached - weights < top_p) | (top_p >= 1)
    return weights.where(kept, 0), ids


def _pick(weights: Tensor, uniform: Tensor) -> Tensor:
    """Return the column where the running sum of `weights` passes `uniform` of their total."""
    reached = weights.cumsum(-1, dtype=torch.float64)
    picked = torch.searchsorted(reached, uniform * reached[:, -1:], right=True)
    return picked.clamp_(max=weights.shape[1] - 1)
