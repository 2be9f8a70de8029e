"""Unstructured's elements, as JSON, to blocks.

Format: https://docs.unstructured.io/api-reference/partition/document-elements
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import groupby
from typing import Any, TypeAlias

from fleet_chunking.block import Block
from fleet_files.parsing.headings import Headings
from fleet_files.parsing.readers import html

Json: TypeAlias = Mapping[str, Any]

# What is on every page says nothing of its text.
_LEFT_OUT = frozenset({"PageBreak", "PageNumber", "Header", "Footer"})
_CODE = "CodeSnippet"
_ITEM = "ListItem"


def blocks(elements: Iterable[Json]) -> Iterator[Block]:
    """Yield the blocks that the elements of a document are; the items of a list are one."""
    headings = Headings()
    shown = (element for element in elements if element["type"] not in _LEFT_OUT)
    for is_item, group in groupby(shown, lambda element: element["type"] == _ITEM):
        if is_item:
            items = list(group)
            text = "\n".join(f"- {item['text']}" for item in items)
            yield Block("list", text, _page(items[0]), headings.path)
        else:
            for element in group:
                yield _block(element, headings)


def _block(element: Json, headings: Headings) -> Block:
    kind, text, page = element["type"], element["text"], _page(element)
    if kind == "Title":
        depth = element.get("metadata", {}).get("category_depth") or 0
        headings.enter(depth + 1, text)
        return Block("heading", text, page, headings.path)
    if kind == "Table":
        return Block("table", _table(element), page, headings.path)
    return Block("code" if kind == _CODE else "text", text, page, headings.path)


def _table(element: Json) -> str:
    """Return a table as Markdown, where the element has it as HTML; else its words."""
    markup = element.get("metadata", {}).get("text_as_html")
    tables = html.parsed([markup]) if markup else ()
    found = [t.text for t in tables if isinstance(t, Block) and t.kind == "table"]
    return "\n\n".join(found) or str(element["text"])


def _page(element: Json) -> int | None:
    page = element.get("metadata", {}).get("page_number")
    return int(page) if page else None
