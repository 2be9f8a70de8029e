"""Docling's documents, as JSON, to blocks. Format: https://docling-project.github.io/docling/concepts/docling_document."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from fleet_chunking.block import Block, BlockKind
from fleet_files.parsing.headings import Headings
from fleet_files.parsing.tables import markdown_table
from fleet_files.properties import DocumentProperties

Json: TypeAlias = Mapping[str, Any]

_LISTS = frozenset({"list", "ordered_list"})
_INLINE = "inline"
_BODY = "body"


def blocks(document: Json) -> Iterator[Block | DocumentProperties]:
    """Yield what a document holds, in the order of reading; without what is on every page, such as its number."""
    pages = document.get("pages")
    if pages:
        yield DocumentProperties(page_count=len(pages))
    yield from _Walk(document).below(document[_BODY])


class _Walk:
    """Goes through a document, whose parts name each other as `#/texts/0`."""

    def __init__(self, document: Json) -> None:
        self._document = document
        self._headings = Headings()
        self._seen: set[str] = set()

    def below(self, node: Json) -> Iterator[Block]:
        """Yield what is below a node. A loop is gone through once, without going deeper for it than lists nest."""
        waiting = self._children(node)
        while waiting:
            child = waiting.pop()
            if child.get("label") in _LISTS:
                yield from self._list(child)
                continue
            if child.get("label") == _INLINE:
                yield from self._block("text", " ".join(self._texts(child)), child)
                continue
            yield from self._shown(child)
            waiting += self._children(child)

    def _children(self, node: Json) -> list[Json]:
        """Return the children of a node that nobody has seen yet, the last one first."""
        found = []
        for reference in node.get("children", ()):
            name = reference["$ref"]
            if name not in self._seen:
                self._seen.add(name)
                _, kind, place = name.split("/")
                found.append(self._document[kind][int(place)])
        return found[::-1]

    def _shown(self, node: Json) -> Iterator[Block]:
        label, text = node.get("label"), node.get("text", "")
        if node.get("content_layer", _BODY) != _BODY:
            return
        if label in ("title", "section_header"):
            self._headings.enter(1 if label == "title" else 1 + int(node.get("level", 1)), text)
            yield from self._block("heading", text, node)
        elif "data" in node and "grid" in node["data"]:
            rows = [[cell["text"] for cell in row] for row in node["data"]["grid"]]
            yield from self._block("table", markdown_table(rows), node)
        else:
            yield from self._block("code" if label == "code" else "text", text, node)

    def _list(self, node: Json) -> Iterator[Block]:
        items: list[str] = []
        page_of = node
        waiting = [(0, child) for child in self._children(node)]
        while waiting:
            depth, child = waiting.pop()
            text = child.get("text", "")
            if text:
                page_of = child if not items else page_of
                items.append(f"{'  ' * depth}{child.get('marker') or '-'} {text}")
            deeper = depth + 1 if text else depth
            waiting += [(deeper, inner) for inner in self._children(child)]
        yield from self._block("list", "\n".join(items), page_of)

    def _texts(self, node: Json) -> list[str]:
        return [child.get("text", "") for child in reversed(self._children(node))]

    def _block(self, kind: BlockKind, text: str, node: Json) -> Iterator[Block]:
        if text.strip():
            yield Block(kind, text, _page(node), self._headings.path)


def _page(node: Json) -> int | None:
    provenance = node.get("prov")
    page = provenance[0].get("page_no") if provenance else None
    return int(page) if page else None
