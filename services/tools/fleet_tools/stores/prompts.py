"""What a model reads of the chunks that were found: the settings' names and places in templates are Llama Stack's."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from pydantic import Field, field_validator

from fleet_runtime.config import Config


class Chunk(msgspec.Struct, frozen=True):
    """A chunk that was found.

    Attributes:
        file_id: Its file.
        filename: The name of that.
        score: How well it fits; higher is better.
        text: What it says.
        attributes: Those of its file.
    """

    file_id: str
    filename: str
    score: float
    text: str
    attributes: Mapping[str, Any]


class _Content(msgspec.Struct):
    """What templates call `chunk`."""

    content: str


# What a template may name, to try it with.
_HEAD = {"num_chunks": 1}
_CLOSING = _HEAD | {"query": "", "annotation_instruction": ""}
_PLAIN = {"index": 1, "chunk": _Content(""), "metadata": {}}
_CITED = {"index": 1, "metadata_text": "", "file_id": "", "chunk_text": ""}


def _tried(template: str, names: Mapping[str, Any]) -> str:
    """Return a template that names nothing but these."""
    try:
        template.format_map(names)
    except (KeyError, IndexError, ValueError, AttributeError) as error:
        raise ValueError(f"may name {', '.join(sorted(names))} in braces, not {error}") from None
    return template


class FileSearchParams(Config):
    """What stands before and after the chunks."""

    header_template: str = "The search of the files found {num_chunks} passages.\n\n"
    """Before them. May name {num_chunks}."""
    footer_template: str = "That was the last passage.\n"
    """After them. May name {num_chunks}."""

    @field_validator("header_template", "footer_template")
    @classmethod
    def _usable(cls, template: str) -> str:
        return _tried(template, _HEAD)


class ContextPromptParams(Config):
    """How chunks are written where they are not to be cited, and what ends the whole."""

    chunk_annotation_template: str = (
        "Passage {index}:\n{chunk.content}\nIt comes with: {metadata}\n\n"
    )
    """One chunk. May name {index}, {chunk.content} and {metadata}."""
    context_template: str = (
        'Answer "{query}" from these passages where they help. {annotation_instruction}\n'
    )
    """After all. May name {query}, {num_chunks} and {annotation_instruction}."""

    @field_validator("chunk_annotation_template")
    @classmethod
    def _chunk_usable(cls, template: str) -> str:
        return _tried(template, _PLAIN)

    @field_validator("context_template")
    @classmethod
    def _context_usable(cls, template: str) -> str:
        return _tried(template, _CLOSING)


class AnnotationPromptParams(Config):
    """How chunks are written where they are to be cited."""

    enable_annotations: bool = True
    """Whether the model is told to cite. Citations become annotations of the answer."""
    annotation_instruction_template: str = (
        "Name the source of each fact that you take from them: put its mark, such as <|file-abc123|>, right after the"
        " fact and before the full stop. Use only marks that stand above, as they are."
    )
    """How to cite."""
    chunk_annotation_template: str = (
        "Passage {index} ({metadata_text}), mark <|{file_id}|>:\n{chunk_text}\n\n"
    )
    """One chunk. May name {index}, {metadata_text}, {file_id} and {chunk_text}."""

    @field_validator("chunk_annotation_template")
    @classmethod
    def _usable(cls, template: str) -> str:
        return _tried(template, _CITED)


class VectorStoresConfig(Config):
    """The texts around what was found."""

    file_search_params: FileSearchParams = Field(default=FileSearchParams())
    context_prompt_params: ContextPromptParams = Field(default=ContextPromptParams())
    annotation_prompt_params: AnnotationPromptParams = Field(default=AnnotationPromptParams())

    def written(self, query: str, chunks: Sequence[Chunk]) -> str:
        """Return what a model reads of the chunks that a query found."""
        around, closing = self.file_search_params, self.context_prompt_params.context_template
        cited = self.annotation_prompt_params.enable_annotations
        instruction = self.annotation_prompt_params.annotation_instruction_template if cited else ""
        count = len(chunks)
        write = self._cited if cited else self._plain
        texts = [write(place, chunk) for place, chunk in enumerate(chunks, 1)]
        end = closing.format(query=query, num_chunks=count, annotation_instruction=instruction)
        head = around.header_template.format(num_chunks=count)
        return "".join([head, *texts, around.footer_template.format(num_chunks=count), end])

    def _cited(self, index: int, chunk: Chunk) -> str:
        about = "; ".join(f"{name}: {value}" for name, value in _metadata(chunk).items())
        return self.annotation_prompt_params.chunk_annotation_template.format(
            index=index, metadata_text=about, file_id=chunk.file_id, chunk_text=chunk.text
        )

    def _plain(self, index: int, chunk: Chunk) -> str:
        return self.context_prompt_params.chunk_annotation_template.format(
            index=index, chunk=_Content(chunk.text), metadata=_metadata(chunk)
        )


def _metadata(chunk: Chunk) -> dict[str, Any]:
    return {"file": chunk.filename, "score": round(chunk.score, 3), **chunk.attributes}
