"""What a provider is, read from its class: from the `Config` of its settings, and from what it says of itself."""

import ast
import inspect
import re
import textwrap
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

from fleet_runtime.config import Config, Secret

PROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"
GROUP = "fleet.inference"
METHODS = {
    "chat": "chat",
    "complete": "completions",
    "embed": "embeddings",
    "rerank": "rerank",
}
"""What an inference provider may be able to do, by the method that does it."""

# What a sentence about provider data begins with, and what its keys look like in it.
_CALLERS = re.compile(r"Callers may [^.]*(?:\.[a-z][^.]*)*")
_KEY = re.compile(r"`([a-z]+(?:_[a-z]+)+)(?::[^`]*)?`")
_LABEL = re.compile(r"^`[^`]+`: (\w)")
_UNIMPLEMENTED = "Raise `Unimplemented`"


@dataclass(frozen=True)
class Provider:
    """A provider, by the line of `pyproject.toml` that makes it one."""

    entry: EntryPoint

    @property
    def name(self) -> str:
        """Return what configs call it: their `type`."""
        return self.entry.name

    @property
    def extras(self) -> list[str]:
        """Return what must be installed besides the fleet itself."""
        # `EntryPoint.extras` takes names with hyphens apart.
        _, _, named = self.entry.value.partition("[")
        return re.findall(r"[\w-]+", named)

    @cached_property
    def cls(self) -> type[Any]:
        """Return its class."""
        found: type[Any] = self.entry.load()
        return found

    @property
    def config(self) -> type[Config]:
        """Return the model of its settings."""
        found: type[Config] = self.cls.Config
        return found

    @property
    def summary(self) -> list[str]:
        """Return the paragraphs of its module, without the label in front."""
        text = inspect.getdoc(inspect.getmodule(self.cls)) or ""
        first, *rest = text.split("\n\n")
        return [_LABEL.sub(lambda found: found[1].upper(), first), *rest]

    @property
    def behaviour(self) -> list[str]:
        """Return the paragraphs of its class: what it does with requests."""
        return (inspect.getdoc(self.cls) or "").split("\n\n")

    @property
    def provider_data(self) -> list[str]:
        """Return the keys that callers may send to it, as its class says."""
        said = " ".join((inspect.getdoc(self.cls) or "").split())
        keys = [key for text in _CALLERS.findall(said) for key in _KEY.findall(text)]
        return [*dict.fromkeys(keys)]

    @property
    def abilities(self) -> list[str]:
        """Return which of `METHODS` it has more for than an error; nothing for APIs whose providers are all alike."""
        if self.entry.group != GROUP:
            return []
        return [name for name in METHODS if not _only_raises(getattr(self.cls, name))]


def providers(group: str = GROUP) -> Iterator[Provider]:
    """Yield all providers of a group that `pyproject.toml` registers, by their types."""
    project = tomllib.loads(PROJECT.read_text())["project"]
    for name, value in sorted(project["entry-points"][group].items()):
        yield Provider(EntryPoint(name, value, group))


def example(provider: Provider) -> dict[str, Any]:
    """Return settings for `provider`: those that it needs, and the key to be let in with.

    Raises:
        SystemExit: A field is needed and nobody could know what to put there.
    """
    settings = {
        name: _value(provider, name)
        for name, field in provider.config.model_fields.items()
        if field.is_required()
    }
    keys = [key for key in provider.provider_data if re.search("_(key|token)$", key)]
    if "api_key" in provider.config.model_fields and keys and "access" not in keys[0]:
        settings["api_key"] = {"env": keys[0].upper()}
    return settings


def _value(provider: Provider, name: str) -> Any:
    """Return a value for a field that must be set."""
    field = provider.config.model_fields[name]
    if field.examples:
        return field.examples[0]
    if field.annotation is Path:
        return f"/var/lib/llama-fleet/{short_name(provider)}"
    if Secret in getattr(field.annotation, "__args__", ()):
        return {
            "env": f"{short_name(provider).replace('-', '_')}_{name.removeprefix('base_')}".upper()
        }
    raise SystemExit(f"{provider.name}: say what `{name}` may be: Field(examples=[…])")


def short_name(provider: Provider) -> str:
    """Return the provider's type without where it runs, as an id."""
    return provider.name.partition("::")[2].replace("::", "-")


def _only_raises(method: Any) -> bool:
    """Return whether a method says that it cannot do what it is there for."""
    if (inspect.getdoc(method) or "").startswith(_UNIMPLEMENTED):
        return True
    (function,) = ast.parse(textwrap.dedent(inspect.getsource(method))).body
    if not isinstance(function, ast.AsyncFunctionDef):
        return False
    told = (ast.Expr, ast.Delete)
    return all(isinstance(step, (ast.Raise, *told)) for step in function.body)
