"""What is made of pages that were found, whatever the engine."""

import msgspec
import pytest

from fleet_tools.provider import Invocation, Source
from fleet_tools.web_search.asked import Asked, Filters, asked_by
from fleet_tools.web_search.found import Page, plain, result_of


def asked(**filters):
    return Asked("whales", msgspec.convert(filters, Filters))


def page(url="https://example.com/", content="…"):
    return Page("Title", url, content)


@pytest.mark.parametrize(("size", "longest"), [("low", 500), ("medium", 2000), ("high", 6000)])
def test_the_size_of_the_context_bounds_each_page(size, longest):
    """Engines give whole pages if they are let."""
    result = result_of(asked(search_context_size=size), [page(content="x" * 10_000)], 3)
    (kept,) = result.metadata["top_k"]

    assert longest == len(kept["content"])
    assert kept["content"].endswith("…")


def test_all_pages_together_are_bounded():
    """Fifty long pages would leave a small model no room for its answer."""
    pages = [page(f"https://example.com/{n}", "x" * 10_000) for n in range(50)]
    result = result_of(asked(search_context_size="high"), pages, 50)

    assert 24_000 >= len(result.content[0].text)


def test_a_domain_holds_those_below_it_and_no_others():
    """`notexample.com` ends in `example.com` too."""
    urls = [
        "https://example.com/",
        "https://a.Example.com:8443/",
        "https://notexample.com/",
        "https://example.com.evil.org/",
        "http://[broken",
    ]
    result = result_of(asked(allowed_domains=["example.com"]), map(page, urls), 9)

    assert urls[:2] == [kept["url"] for kept in result.metadata["top_k"]]


def test_a_page_without_a_title_goes_by_its_address():
    """Exa gives such pages."""
    result = result_of(asked(), [Page("", "https://example.com/", "")], 3)

    assert "1. https://example.com/" in result.content[0].text


def test_marks_and_entities_become_text():
    """Brave writes HTML, and means text."""
    assert "cats & dogs <3" == plain("<strong>cats</strong> &amp; dogs &lt;3")


def test_operators_narrow_the_query_for_engines_without_parameters():
    """As people write them."""
    narrowed = asked(allowed_domains=["a.com", "b.org"], blocked_domains=["c.net"])

    assert "whales (site:a.com OR site:b.org) -site:c.net" == narrowed.with_operators()


def test_filters_are_read_flat_and_under_filters():
    """OpenAI's tool has the one inside and the other outside."""
    args = {"filters": {"allowed_domains": ["a.com"]}, "search_context_size": "low"}
    filters = asked_by(Invocation(Source(args=args), "web_search", {"query": "q"})).filters

    assert (("a.com",), "low") == (filters.allowed_domains, filters.search_context_size)
