"""What a generation is asked for, and what it answers."""

from collections.abc import Mapping
from typing import Literal

import msgspec

from fleet_engine.errors import InvalidRequest

MOST_LOGPROBS = 20

FinishReason = Literal["stop", "length"]


class SamplingParams(msgspec.Struct, frozen=True, kw_only=True):
    """How to choose tokens, and when to end. The defaults sample from the model as it is.

    Raises:
        InvalidRequest: A value is out of its range.
    """

    temperature: float = 1.0
    """At least 0; 0 takes the likeliest token."""
    top_p: float = 1.0
    """In (0, 1]: keep the likeliest tokens that have this probability together."""
    top_k: int = 0
    """Keep that many of the likeliest tokens; 0 keeps all."""
    min_p: float = 0.0
    """In [0, 1): drop tokens with less than this part of the likeliest token's probability."""
    seed: int | None = None
    """The same seed draws the same answer, whatever else runs."""
    frequency_penalty: float = 0.0
    """In [-2, 2]: lowers a token's logit for each time it was answered."""
    presence_penalty: float = 0.0
    """In [-2, 2]: lowers the logit of a token that was answered."""
    repetition_penalty: float = 1.0
    """Above 0: divides the logit of a token of prompt or answer (arXiv:1909.05858)."""
    logit_bias: Mapping[int, float] = {}
    """What to add to the logit of a token id."""
    stop: tuple[str, ...] = ()
    """Strings that end the answer, and are no part of it."""
    stop_token_ids: tuple[int, ...] = ()
    """Tokens that end the answer, besides the model's own."""
    logprobs: int | None = None
    """Report log probabilities, with that many alternatives, 0 to 20; unset reports none."""
    max_tokens: int | None = None
    """The most tokens to answer; what the context has room for if unset."""
    ignore_eos: bool = False
    """Go on after the model's own end-of-text tokens."""

    def __post_init__(self) -> None:
        checks = {
            "temperature must be at least 0": self.temperature >= 0,
            "top_p must be above 0 and at most 1": 0 < self.top_p <= 1,
            "top_k must be at least 0": self.top_k >= 0,
            "min_p must be at least 0 and below 1": 0 <= self.min_p < 1,
            "frequency_penalty must be from -2 to 2": -2 <= self.frequency_penalty <= 2,  # noqa: PLR2004
            "presence_penalty must be from -2 to 2": -2 <= self.presence_penalty <= 2,  # noqa: PLR2004
            "repetition_penalty must be above 0": self.repetition_penalty > 0,
            "stop strings must not be empty": all(self.stop),
            "logprobs must be from 0 to 20": 0 <= (self.logprobs or 0) <= MOST_LOGPROBS,
            "max_tokens must be at least 1": self.max_tokens is None or self.max_tokens >= 1,
        }
        for rule, held in checks.items():
            if not held:
                raise InvalidRequest(rule)

    @property
    def edits_counts(self) -> bool:
        """Return whether logits depend on which tokens were seen."""
        return bool(
            self.frequency_penalty or self.presence_penalty or self.repetition_penalty != 1.0
        )


class Alternative(msgspec.Struct, frozen=True):
    """A token that might have been answered."""

    id: int
    bytes: bytes
    """What it stands for; may be a part of a UTF-8 character, or nothing for a control token."""
    logprob: float
    """The natural logarithm of its probability by the model, before any sampling parameter."""

    @property
    def text(self) -> str:
        """Return the text, broken characters replaced."""
        return self.bytes.decode(errors="replace")


class Token(msgspec.Struct, frozen=True):
    """A token of the answer."""

    id: int
    bytes: bytes
    logprob: float | None = None
    """As of `Alternative`; set when asked for."""
    top: tuple[Alternative, ...] = ()
    """The likeliest tokens in its place, likeliest first, as many as asked for."""

    @property
    def text(self) -> str:
        """Return the text, broken characters replaced."""
        return self.bytes.decode(errors="replace")


class Usage(msgspec.Struct, frozen=True):
    """What a generation cost, in tokens."""

    prompt_tokens: int
    completion_tokens: int
    cached_tokens: int
    """The part of the prompt that was not computed again."""


class Step(msgspec.Struct, frozen=True):
    """What is new in an answer."""

    text: str = ""
    """Whole characters; what may yet become a stop string is held back."""
    tokens: tuple[Token, ...] = ()
    """The tokens whose text is out; the end-of-text token is none of them."""
    finish_reason: FinishReason | None = None
    """Set in the last step."""
    usage: Usage | None = None
    """Set in the last step."""

    def then(self, later: "Step") -> "Step":
        """Return this step and a later one as one."""
        return Step(
            self.text + later.text, self.tokens + later.tokens, later.finish_reason, later.usage
        )


class Load(msgspec.Struct, frozen=True):
    """How busy the engine is; the token counts are since its start."""

    running: int
    waiting: int
    kv_used: float
    """The part of the KV cache that running sequences fill, from 0 to 1."""
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    preemptions: int = 0
    """How often an answer had to wait again, because the KV cache was full."""
