"""Amazon Bedrock's guardrails, as ApplyGuardrail speaks of them.

Format: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ApplyGuardrail.html
"""

import re
from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from fleet_runtime.errors import InvalidArgument
from fleet_safety.provider import Image, Turn, Verdict

_DATA_URL = re.compile(r"data:image/(png|jpeg);base64,(.+)", re.DOTALL)
# How sure a filter is.
_CONFIDENCE = {"NONE": 0.0, "LOW": 0.33, "MEDIUM": 0.67, "HIGH": 1.0}


class _Found(msgspec.Struct, rename="camel"):
    """One thing that a policy found; each policy has other fields. What it matched is the caller's own text."""

    action: str = "NONE"
    name: str | None = None
    type: str | None = None
    confidence: str | None = None
    score: float | None = None

    @property
    def certainty(self) -> float:
        """How sure that is, from 0 to 1."""
        if self.score is not None:
            return self.score
        return 1.0 if self.confidence is None else _CONFIDENCE.get(self.confidence, 1.0)


class _Policy(msgspec.Struct, rename="camel"):
    """What one policy found: each has some of these lists."""

    topics: list[_Found] = []
    filters: list[_Found] = []
    custom_words: list[_Found] = []
    managed_word_lists: list[_Found] = []
    pii_entities: list[_Found] = []
    regexes: list[_Found] = []


class _Assessment(msgspec.Struct, rename="camel"):
    topic_policy: _Policy | None = None
    content_policy: _Policy | None = None
    word_policy: _Policy | None = None
    sensitive_information_policy: _Policy | None = None
    contextual_grounding_policy: _Policy | None = None

    def found(self) -> Iterator[tuple[str, _Found]]:
        """Yield each thing that was found, and its category."""
        for policy in (
            self.topic_policy,
            self.content_policy,
            self.sensitive_information_policy,
            self.contextual_grounding_policy,
        ):
            for kind in _listed(policy):
                yield kind.name or kind.type or "UNNAMED", kind
        for word in _listed(self.word_policy):
            # The word itself is the caller's.
            yield word.type or "CUSTOM_WORD", word


def _listed(policy: _Policy | None) -> Iterator[_Found]:
    if policy:
        yield from policy.topics + policy.filters + policy.custom_words
        yield from policy.managed_word_lists + policy.pii_entities + policy.regexes


class _Output(msgspec.Struct):
    text: str | None = None


class Applied(msgspec.Struct, rename="camel"):
    """The answer of ApplyGuardrail."""

    action: Literal["NONE", "GUARDRAIL_INTERVENED"]
    outputs: list[_Output] = []
    assessments: list[_Assessment] = []

    def verdict(self) -> Verdict:
        """Return what it says. What is only masked is a warning: the words to show instead are the message."""
        found = [pair for one in self.assessments for pair in one.found()]
        acted = {name for name, kind in found if kind.action != "NONE"}
        blocked = not found or any(kind.action == "BLOCKED" for _, kind in found)
        categories = {name: name in acted for name, _ in found}
        scores: dict[str, float] = {}
        for name, kind in found:
            scores[name] = max(kind.certainty, scores.get(name, 0.0))
        texts = [output.text for output in self.outputs if output.text]
        return Verdict(
            flagged=self.action == "GUARDRAIL_INTERVENED",
            categories=categories,
            scores=scores,
            level="error" if blocked else "warn",
            user_message="\n".join(texts) or None,
            metadata={"violation_type": ",".join(sorted(acted))} if acted else {},
        )


def content_of(turn: Turn) -> dict[str, Any]:
    """Return the body of ApplyGuardrail for a turn.

    Raises:
        InvalidArgument: An image is not sent along, or of a kind that guardrails do not know.
    """
    source = "OUTPUT" if turn.role == "assistant" else "INPUT"
    return {"source": source, "content": [_block(part) for part in turn.parts]}


def _block(part: str | Image) -> dict[str, Any]:
    if isinstance(part, str):
        return {"text": {"text": part}}
    found = _DATA_URL.fullmatch(part.url)
    if found is None:
        raise InvalidArgument(
            "Guardrails take PNG and JPEG images as base64 `data:` URLs, and no addresses.",
            code="images_not_supported",
            param="messages",
        )
    kind, data = found.groups()
    return {"image": {"format": kind, "source": {"bytes": data}}}
