"""How Llama Guard judges: settings of the providers that have it, and of single shields."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

import msgspec
from pydantic import Field, field_validator

from fleet_runtime.config import Config
from fleet_runtime.errors import InvalidArgument
from fleet_safety.llama_guard.versions import VERSIONS, Version, VersionName, version_of
from fleet_safety.provider import Shield

PromptKind: TypeAlias = Literal["message", "template"]

_CODES = {code for version in VERSIONS.values() for code in version.categories}
_NAMES = {name for version in VERSIONS.values() for name in version.categories.values()}


class GuardConfig(Config):
    """How Llama Guard judges. A shield's `params` may say otherwise, by the same names."""

    excluded_categories: list[str] = Field(default=[], examples=[["S6", "Elections"]])
    """The categories that are not judged by: their codes or names."""
    version: VersionName | None = None
    """The version of Llama Guard. Unset, what the model's name tells, and `3-8b` where that tells none."""
    prompt: PromptKind = "message"
    """Who writes the question to the model. `message`: the service does, and sends it as one message, for models whose
    chat template is Llama's plain one. `template`: the model's own chat template does, as those on Hugging Face and in
    Ollama do, and the service sends the conversation."""

    @field_validator("excluded_categories")
    @classmethod
    def _are_categories(cls, excluded: list[str]) -> list[str]:
        wrong = next((entry for entry in excluded if entry not in _CODES | _NAMES), None)
        if wrong is not None:
            raise ValueError(f"{wrong!r} is no category of Llama Guard; write codes such as 'S1'")
        return excluded


@dataclass(frozen=True, slots=True)
class Rules:
    """By what a shield judges.

    Attributes:
        name: The version's name.
        version: The version.
        prompt: Who writes the question.
        excluded: The codes of the categories that are left out.
    """

    name: VersionName
    version: Version
    prompt: PromptKind
    excluded: frozenset[str]


class _Params(msgspec.Struct):
    excluded_categories: list[str] | None = None
    version: VersionName | None = None
    prompt: PromptKind | None = None


def rules(config: GuardConfig, shield: Shield) -> Rules:
    """Return by what a shield judges.

    Raises:
        InvalidArgument: Its `params` have other values than there are.
    """
    try:
        own = msgspec.convert(shield.params, _Params)
    except msgspec.ValidationError as error:
        raise _wrong(f"{error}.") from None
    name = own.version or config.version or version_of(shield.name)
    version = VERSIONS[name]
    excluded = own.excluded_categories
    if excluded is None:
        # The provider's shields may be of several versions, each with categories of its own.
        excluded = [e for e in config.excluded_categories if _code(e, version.categories)]
    codes = [_code(entry, version.categories) for entry in excluded]
    if None in codes:
        raise _wrong(
            f"'excluded_categories' takes {', '.join(version.categories)}, or their names."
        )
    prompt = own.prompt or config.prompt
    return Rules(name, version, prompt, frozenset(code for code in codes if code))


def _code(entry: str, categories: Mapping[str, str]) -> str | None:
    """Return the code of a category that is named by its code or by its name; nothing where there is none."""
    named = (code for code, name in categories.items() if name == entry)
    return entry if entry in categories else next(named, None)


def _wrong(message: str) -> InvalidArgument:
    return InvalidArgument(
        f"The shield's 'params': {message}", code="invalid_params", param="params"
    )
