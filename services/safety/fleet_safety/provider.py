"""What a safety provider is: whoever judges what people and models say."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, TypeAlias

from fleet_runtime.call import Call
from fleet_runtime.providers import Provider

Level: TypeAlias = Literal["info", "warn", "error"]
Role: TypeAlias = Literal["system", "user", "assistant", "tool"]


@dataclass(frozen=True, slots=True)
class Image:
    """An image in what is said.

    Attributes:
        url: An http(s) or a base64 `data:` URL.
    """

    url: str


@dataclass(frozen=True, slots=True)
class Turn:
    """What one side says.

    Attributes:
        role: Who speaks.
        parts: Texts and images, in their order.
    """

    role: Role
    parts: Sequence[str | Image]

    @property
    def text(self) -> str:
        """All its texts, a line each."""
        return "\n".join(part for part in self.parts if isinstance(part, str))

    @property
    def images(self) -> list[Image]:
        """All its images."""
        return [part for part in self.parts if isinstance(part, Image)]


Conversation: TypeAlias = Sequence[Turn]
"""At least one turn, the oldest first. The last one is to be judged; those before say what it is about."""


@dataclass(frozen=True, slots=True)
class Shield:
    """What content is judged by.

    Attributes:
        id: The name that requests use.
        provider: The id of the provider that judges.
        name: The provider's own name for it: a model, a guardrail.
        params: What else the provider is to know of it: plain JSON values.
    """

    id: str
    provider: str
    name: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found in a conversation's last turn.

    Attributes:
        flagged: Whether anything is wrong with it.
        categories: Whether it is of a category, for each that the shield knows.
        scores: How sure that is, from 0 to 1, by category.
        level: How bad it is, where it is flagged. What is an `error` should not be shown.
        user_message: What to say instead; the service's own words if unset.
        metadata: More about it, for the caller: plain JSON values.
    """

    flagged: bool
    categories: Mapping[str, bool] = field(default_factory=dict)
    scores: Mapping[str, float] = field(default_factory=dict)
    level: Level = "error"
    user_message: str | None = None
    metadata: Mapping[str, Any] = field(default_factory=dict)


class SafetyProvider(Provider, Protocol):
    """Judges content. What it cannot judge it raises, and never takes for safe."""

    def check(self, shield: Shield) -> None:
        """Raise `InvalidArgument` unless `shield` can be one of this provider's, as far as that is known here."""
        ...

    async def moderate(
        self, shield: Shield, inputs: Sequence[Conversation], call: Call
    ) -> Sequence[Verdict]:
        """Return a verdict for each of `inputs`, in their order. To be cancelled is to stop what judges.

        Raises:
            FleetError: One of them cannot be judged, so that there is no verdict on any.
        """
        ...
