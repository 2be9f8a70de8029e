"""Config: one YAML file, one model, read once.

A service's file is `services.<name>.config` of the Helm values, word for word. Secrets are named in it, never written:
`{env: OPENAI_API_KEY}`.
"""

import os
import re
from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

DEFAULT_PATH = "/etc/fleet/config.yaml"

# Settings of these names hold secrets, where somebody wrote one although it should be named; any header may.
_SECRETS = re.compile(r"key|token|secret|password|credential|headers", re.IGNORECASE)
_USER_IN_URL = re.compile(r"//[^/@\s]+@")
_MASK = "********"


class Config(BaseModel):
    """The base of every config model: frozen, and strict about unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


ConfigT = TypeVar("ConfigT", bound=Config)


class ConfigError(Exception):
    """The config is wrong; the text names each wrong key by its path and says what is allowed."""


class Secret(Config):
    """A secret, or another value of the place, by the name of the environment variable that holds it."""

    env: str
    """The name of the environment variable."""

    def reveal(self) -> str:
        """Return the value itself.

        Raises:
            ConfigError: The variable is not set.
        """
        value = os.environ.get(self.env)
        if not value:
            raise ConfigError(f"the environment variable {self.env} is not set")
        return value


def reveal(value: str | Secret) -> str:
    """Return what `value` is, or what it stands for."""
    return value.reveal() if isinstance(value, Secret) else value


def absent_secrets(config: Any) -> list[str]:
    """Name the environment variables that `config` names and that are not set."""
    if isinstance(config, dict):
        name = config.get("env")
        if config.keys() == {"env"} and isinstance(name, str):
            return [] if os.environ.get(name) else [name]
        return [name for value in config.values() for name in absent_secrets(value)]
    if isinstance(config, list):
        return [name for value in config for name in absent_secrets(value)]
    return []


def masked(value: Any, *, secret: bool = False) -> Any:
    """Return a config, or a part of it, as it may be shown: written secrets hidden, named ones by their names."""
    if isinstance(value, dict):
        if value.keys() == {"env"}:
            return value
        return {
            name: masked(inner, secret=secret or bool(_SECRETS.search(name)))
            for name, inner in value.items()
        }
    if isinstance(value, list):
        return [masked(inner, secret=secret) for inner in value]
    if isinstance(value, str):
        return _MASK if secret else _USER_IN_URL.sub(f"//{_MASK}@", value)
    return value


class ProviderConfig(Config):
    """One provider of a service.

    Attributes:
        group: The entry points among which it is found; those of the service's API if unset.
    """

    group: ClassVar[str | None] = None

    id: str
    """What it is called here: the first part of its models' names."""
    type: str
    """Which one it is, such as `remote::openai`."""
    optional: bool = False
    """Leave it out, and say so, when a secret that its config names is absent."""
    config: dict[str, Any] = {}
    """Its own settings; the provider's `Config` says which."""


def validate(model: type[ConfigT], data: Any, path: Sequence[str | int] = ()) -> ConfigT:
    """Check `data` against `model`. `path` is where it stands, for the error.

    Raises:
        ConfigError: With one line for each wrong key.
    """
    try:
        return model.model_validate(data)
    except ValidationError as error:
        lines = [_explain(model, e["type"], e["msg"], (*path, *e["loc"])) for e in error.errors()]
        raise ConfigError("\n".join(lines)) from None


def load(model: type[ConfigT]) -> ConfigT:
    """Read the file that `FLEET_CONFIG` names, and check it against `model`.

    Raises:
        ConfigError: The file cannot be read, or is wrong.
    """
    path = Path(os.environ.get("FLEET_CONFIG", DEFAULT_PATH))
    try:
        data = yaml.safe_load(path.read_text())
    except (OSError, yaml.YAMLError) as error:
        raise ConfigError(f"cannot read the config {path}: {error}") from error
    return validate(model, data or {})


def _explain(model: type[Config], kind: str, message: str, path: Sequence[str | int]) -> str:
    """Say what is wrong at `path`, and what is allowed there."""
    where = dotted(path)
    if kind == "extra_forbidden":
        allowed = _siblings(model, path)
        near = get_close_matches(str(path[-1]), allowed, n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        beside = ", ".join(allowed) or "nothing"
        return f"{where}: there is no such setting; {hint}allowed beside it: {beside}"
    if kind == "missing":
        return f"{where}: is required"
    return f"{where}: {message[:1].lower()}{message[1:]}"


def _siblings(model: type[Config], path: Sequence[str | int]) -> list[str]:
    """Name the settings of the deepest model along `path` that is known."""
    found: type[BaseModel] = model
    for step in path[:-1]:
        field = found.model_fields.get(str(step))
        inner = field and _model_in(field.annotation)
        found = inner or found
    return sorted(found.model_fields)


def _model_in(annotation: Any) -> type[BaseModel] | None:
    """Return the config model that `annotation` holds, as in `list[ProviderConfig]`."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = (_model_in(arg) for arg in getattr(annotation, "__args__", ()))
    return next((model for model in inner if model), None)


def dotted(path: Sequence[str | int]) -> str:
    """Write `path` as people do: `providers[0].config.base_url`."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return text
