"""Messages of `fleet.safety.v1`, as JSON has them. Written by `make gen`; do not edit."""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Raw, Struct, field

from fleet_runtime.encoded import ABSENT


class SafetyImageUrl(Struct, kw_only=True, omit_defaults=True):
    """An image by its address."""

    url: str
    """An http(s) or a `data:` URL."""


class SafetyUri(Struct, kw_only=True, omit_defaults=True):
    """An address."""

    uri: str
    """An http(s) or a `data:` URL."""


class SafetyImage(Struct, kw_only=True, omit_defaults=True):
    """An image, by its address or as it is, as Llama Stack has it."""

    url: SafetyUri | None = None
    """Its address."""
    data: str | None = None
    """The image in base64."""


class SafetyPart(Struct, kw_only=True, omit_defaults=True):
    """A text or an image; `type` says which of the other fields is set."""

    type: str
    """`text`, `refusal`, `image_url`, or Llama Stack's `image`. Others cannot be judged, and are refused."""
    text: str | None = None
    """The text of a `text` part."""
    refusal: str | None = None
    """The text of a `refusal` part."""
    image_url: SafetyImageUrl | None = None
    """The image of an `image_url` part."""
    image: SafetyImage | None = None
    """The image of an `image` part."""


SafetyParts: TypeAlias = list[SafetyPart]
"""A list of parts."""


SafetyContent: TypeAlias = str | SafetyPart | SafetyParts
"""What a message says: a text, one part, or several."""


class SafetyMessage(Struct, kw_only=True, omit_defaults=True):
    """One turn of a conversation, as OpenAI has it, or Llama Stack before its version 0.3."""

    role: Literal["developer", "system", "user", "assistant", "tool", "function"]
    """Who speaks: `developer`, `system`, `user`, `assistant`, `tool` or `function`."""
    content: SafetyContent | None = None
    """What is said. May be unset where an assistant only calls tools."""
    refusal: str | None = None
    """Why the assistant would not answer."""
    tool_calls: Raw = ABSENT
    """The tools that the assistant called, as JSON: judged with what it said."""
    context: SafetyContent | None = None
    """What a `user` message is to be understood with, in Llama Stack's messages."""
    function_call: Raw = ABSENT
    """Deprecated form of `tool_calls`, as JSON: judged likewise."""


class RunShieldRequest(Struct, kw_only=True, omit_defaults=True):
    """A conversation to be judged."""

    shield_id: Annotated[str, Meta(min_length=1)]
    """The shield, as `ShieldService.ListShields` lists it."""
    messages: Annotated[list[SafetyMessage], Meta(min_length=1)]
    """The conversation so far, oldest first. At least one."""
    params: Raw = ABSENT
    """A JSON object that Llama Stack's clients send. Of no effect: a shield is what it was registered as."""


class SafetyViolation(Struct, kw_only=True, omit_defaults=True):
    """What is wrong with a message."""

    violation_level: Literal["info", "warn", "error"]
    """How bad it is: `info`, `warn` or `error`. What is an `error` should not be shown."""
    user_message: str | None = field(default_factory=lambda: None)
    """What to say instead."""
    metadata: Raw
    """A JSON object with more about it: `violation_type`, and what the provider says."""


class RunShieldResponse(Struct, kw_only=True, omit_defaults=True):
    """What a shield found."""

    violation: SafetyViolation | None = field(default_factory=lambda: None)
    """What is wrong; nothing if unset."""


ModerationItem: TypeAlias = str | SafetyPart
"""A text, or a part of an input."""


ModerationItems: TypeAlias = list[ModerationItem]
"""A list of texts, or one of parts."""


ModerationInput: TypeAlias = str | ModerationItems
"""A text, several texts, or the texts and images that are one input."""


class ModerationRequest(Struct, kw_only=True, omit_defaults=True):
    """Content to be judged."""

    input: ModerationInput
    """What to judge."""
    model: str | None = None
    """The shield, by its name or by its provider's name for it. The config's `default_shield` if unset."""


AppliedInputTypes: TypeAlias = list[str]
"""Kinds of content."""


class ModerationResult(Struct, kw_only=True, omit_defaults=True):
    """What was found in one input."""

    flagged: bool
    """Whether anything is wrong with it."""
    categories: dict[str, bool]
    """Whether it is of a category, for each that the shield knows."""
    category_scores: dict[str, float]
    """How sure that is, from 0 to 1, by category."""
    category_applied_input_types: dict[str, AppliedInputTypes]
    """What the categories were found in, by category: `text`, `image`, or both."""
    user_message: str | None = field(default_factory=lambda: None)
    """What to say instead."""
    metadata: Raw
    """A JSON object with more about it."""


class Moderation(Struct, kw_only=True, omit_defaults=True):
    """What was found."""

    id: str
    """Names the answer."""
    model: str
    """What judged, as the request names it."""
    results: list[ModerationResult]
    """One for each input, in order."""


class ListShieldsRequest(Struct, kw_only=True, omit_defaults=True):
    """Asks for all shields."""


class Shield(Struct, kw_only=True, omit_defaults=True):
    """What content is judged by."""

    identifier: str
    """The name that requests use."""
    provider_resource_id: str | None = field(default_factory=lambda: None)
    """The provider's name for it: a model, a guardrail."""
    provider_id: str
    """The provider that judges."""
    type: Literal["shield"] = field(default_factory=lambda: "shield")
    """Always `shield`."""
    params: Raw = field(default_factory=lambda: Raw(b"null"))
    """A JSON object: what the provider is to know of it."""


class ShieldList(Struct, kw_only=True, omit_defaults=True):
    """All shields."""

    data: list[Shield]
    """The shields, by name."""


class GetShieldRequest(Struct, kw_only=True, omit_defaults=True):
    """Names a shield."""

    identifier: str
    """Its name; may contain slashes."""


class RegisterShieldRequest(Struct, kw_only=True, omit_defaults=True):
    """A shield to be registered."""

    shield_id: Annotated[str, Meta(min_length=1)]
    """The name that requests will use."""
    provider_shield_id: str | None = None
    """The provider's name for it; the same if unset."""
    provider_id: str | None = None
    """The provider; may be left out where there is only one."""
    params: Raw = ABSENT
    """A JSON object: what the provider is to know of it."""


class UnregisterShieldRequest(Struct, kw_only=True, omit_defaults=True):
    """Names a shield to be unregistered."""

    identifier: str
    """The name that was registered; may contain slashes."""
