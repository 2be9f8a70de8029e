"""What is made of the pages that a search engine found."""

import re
from collections.abc import Iterable, Sequence
from html import unescape
from typing import Any
from urllib.parse import urlsplit

import msgspec

from fleet_tools.provider import Result, Text
from fleet_tools.web_search.asked import Asked, Filters

# In characters, of each page.
_CONTENT = {"low": 500, "medium": 2000, "high": 6000}
_TITLE = 300
# In characters, of all that the model reads.
_LONGEST = 24_000
_MARKS = re.compile(r"<[^>]{1,200}>")
_CUT = "…"


class Page(msgspec.Struct, frozen=True, omit_defaults=True):
    """A page that was found.

    Attributes:
        title: Its title.
        url: Where it is.
        content: What it says, or a part of that.
        score: How well it fits, where the engine says so.
        published: When it was published, as the engine writes it.
    """

    title: str
    url: str
    content: str
    score: float | None = None
    published: str | None = None


def result_of(asked: Asked, pages: Iterable[Page], most: int) -> Result:
    """Return what the tool gives: a numbered list for the model, and the pages for the caller.

    Args:
        asked: What was asked.
        pages: What was found, the best first.
        most: How many of them are given at most.
    """
    longest = _CONTENT[asked.filters.search_context_size]
    kept = [_trimmed(page, longest) for page in pages if _wanted(page, asked.filters)][:most]
    return Result([Text(_listed(asked.query, kept))], metadata=_metadata(asked.query, kept))


def plain(text: str) -> str:
    """Return `text` without the marks and entities of HTML."""
    return unescape(_MARKS.sub("", text))


def shortened(text: str, longest: int) -> str:
    """Return `text`, cut to so many characters."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + _CUT


def _trimmed(page: Page, longest: int) -> Page:
    title = shortened(" ".join(page.title.split()), _TITLE) or page.url
    return msgspec.structs.replace(
        page, title=title, content=shortened(page.content.strip(), longest)
    )


def _wanted(page: Page, filters: Filters) -> bool:
    """Whether a page is where it may be; engines take operators for advice."""
    try:
        host = (urlsplit(page.url).hostname or "").lower()
    except ValueError:
        return False
    if not host or any(_within(host, domain) for domain in filters.blocked_domains):
        return False
    allowed = filters.allowed_domains
    return not allowed or any(_within(host, domain) for domain in allowed)


def _within(host: str, domain: str) -> bool:
    domain = domain.lower()
    return host == domain or host.endswith(f".{domain}")


def _listed(query: str, pages: Sequence[Page]) -> str:
    if not pages:
        return f"The search for {query!r} found nothing. Try other words."
    entries = [
        f"{number}. {page.title}\nURL: {page.url}\n{page.content}".rstrip()
        for number, page in enumerate(pages, 1)
    ]
    return shortened("\n\n".join([f"Results of the search for {query!r}:", *entries]), _LONGEST)


def _metadata(query: str, pages: Sequence[Page]) -> dict[str, Any]:
    return {
        "query": query,
        "top_k": [msgspec.to_builtins(page) for page in pages],
        "sources": [{"type": "url", "url": page.url} for page in pages],
    }
