"""All search engines keep one contract, each in its vendor's wire format."""

import asyncio
import json

import pytest

from fleet_runtime.call import Call
from fleet_runtime.config import ProviderConfig
from fleet_runtime.errors import FleetError, InvalidArgument, NotFound
from fleet_runtime.providers import find, settings
from fleet_testing.envoy import free_port
from fleet_testing.search_engines import ENGINES, KEY, PAGES, RETRY_AFTER, search_engine
from fleet_tools.provider import Invocation, Source

GROUP = "fleet.tools"
PATIENCE = 10.0


@pytest.fixture(params=ENGINES, ids=lambda wire: wire.kind)
def wire(request):
    return request.param


@pytest.fixture
async def engine(wire):
    async with search_engine(wire) as engine:
        yield engine


@pytest.fixture
async def opened():
    """Return a provider of a kind, with some settings; all are closed at the end."""
    providers = []

    def opened(kind, **config):
        entry = ProviderConfig(id="search", type=kind, config=config)
        providers.append(find(GROUP, kind)(settings(GROUP, entry)))
        return providers[-1]

    yield opened
    for provider in providers:
        await provider.aclose()


@pytest.fixture
async def provider(wire, engine, opened):
    """The provider, with its key."""
    return opened(wire.kind, base_url=engine.url, api_key=KEY)


def asking(query="whales", args=None, **arguments):
    return Invocation(Source(args=args or {}), "web_search", {"query": query, **arguments})


def call(deadline=None, **provider_data):
    headers = [("x-llamastack-provider-data", json.dumps(provider_data))] if provider_data else []
    return Call("/tools", headers, deadline)


async def refused(provider, invocation, **more):
    with pytest.raises(FleetError) as caught:
        await provider.invoke(invocation, call(**more))
    return caught.value


async def test_each_engine_offers_a_search_of_the_web(provider):
    """The Responses API asks for this tool by name."""
    (tool,) = await provider.tools(Source(), call())

    assert "web_search" == tool.name
    assert ["query"] == tool.input_schema["required"]


async def test_what_was_found_is_numbered_for_the_model(provider):
    """Models cite by number and address."""
    result = await provider.invoke(asking(), call())
    (content,) = result.content

    assert result.error is None
    assert "1. Page 1\nURL: https://a.example.com/1\nWhat page 1 says." in content.text
    assert "3. Page 3" in content.text
    assert "<strong>" not in content.text


async def test_what_was_found_is_told_to_the_caller_as_data(provider):
    """`web_search_call.action.sources` is made of it."""
    result = await provider.invoke(asking(), call())
    (first, *others) = result.metadata["top_k"]

    assert "whales" == result.metadata["query"]
    assert ("Page 1", PAGES[0].url) == (first["title"], first["url"])
    assert first["content"].startswith("What page 1 says.")
    assert 2 == len(others)
    assert {"type": "url", "url": PAGES[0].url} == result.metadata["sources"][0]


async def test_the_configured_number_is_asked_for_and_given(wire, engine, opened):
    """More would cost the model's context, and money."""
    most = "top_k" if wire.kind == "remote::bing-search" else "max_results"
    provider = opened(wire.kind, base_url=engine.url, api_key=KEY, **{most: 5})
    result = await provider.invoke(asking(), call())

    assert 5 == engine.asked[-1].most
    assert 5 == len(result.metadata["top_k"])


async def test_finding_nothing_is_no_error(provider):
    """The model shall try other words."""
    result = await provider.invoke(asking("nothing"), call())

    assert [] == result.metadata["top_k"]
    assert "found nothing" in result.content[0].text


async def test_only_allowed_domains_are_looked_at(engine, provider):
    """Who allows some domains trusts no other."""
    filters = {"filters": {"allowed_domains": ["example.com"]}}
    result = await provider.invoke(asking(args=filters), call())

    assert ["example.com"] == list(engine.asked[-1].domains)
    assert ["Page 1", "Page 3", "Page 5"] == [page["title"] for page in result.metadata["top_k"]]


async def test_blocked_domains_are_not_looked_at(engine, provider):
    """The other half of the same filter."""
    result = await provider.invoke(asking(args={"blocked_domains": ["example.com"]}), call())

    assert ["example.com"] == list(engine.asked[-1].blocked)
    assert ["Page 2", "Page 4", "Page 6"] == [page["title"] for page in result.metadata["top_k"]]


async def test_a_model_cannot_widen_what_its_caller_allowed(engine, provider):
    """Arguments are the model's, and what it reads may have told it what to write there."""
    narrow = {"allowed_domains": ["example.org"]}
    await provider.invoke(asking(args=narrow, allowed_domains=["example.net"]), call())

    assert ["example.org"] == list(engine.asked[-1].domains)


async def test_the_users_country_is_told_where_the_engine_takes_it(wire, engine, provider):
    """`user_location` of OpenAI's tool."""
    where = {"type": "approximate", "country": "gb", "city": "London"}
    await provider.invoke(asking(args={"user_location": where}), call())
    expected = None if wire.kind == "remote::tavily-search" else "GB"
    told = engine.asked[-1].country

    assert expected == (told and told.upper())


async def test_more_of_each_page_is_asked_for_where_the_engine_can(engine, wire, provider):
    """`search_context_size` of OpenAI's tool."""
    result = await provider.invoke(asking(args={"search_context_size": "high"}), call())
    told = engine.asked[-1].told
    expected = {
        "remote::brave-search": {"extra_snippets": "true"},
        "remote::tavily-search": {"search_depth": "advanced"},
        "remote::exa-search": {"contents": {"text": {"maxCharacters": 6000}}},
    }.get(wire.kind, {})

    assert expected == {name: told[name] for name in expected}
    assert result.metadata["top_k"][0]["content"].startswith("What page 1 says.")


@pytest.mark.parametrize(
    "told",
    [
        {"allowed_domains": ["https://example.com/"]},
        {"allowed_domains": ["example.com OR site:evil.com"]},
        {"allowed_domains": "example.com"},
        {"search_context_size": "huge"},
        {"filters": ["example.com"]},
        {"user_location": {"country": 7}},
    ],
)
async def test_a_filter_that_is_none_is_refused(provider, told):
    """A filter that were ignored would let through what it should hold."""
    error = await refused(provider, asking(args=told))

    assert InvalidArgument.status == error.status


@pytest.mark.parametrize("query", ["", "  ", 7, None, "x" * 3000])
async def test_a_query_that_is_none_is_refused(engine, provider, query):
    """Small models call tools with anything."""
    error = await refused(provider, asking(query))

    assert (InvalidArgument.status, "query") == (error.status, error.param)
    assert [] == engine.asked


async def test_another_tool_is_not_found(provider):
    """Rather than searched for."""
    with pytest.raises(NotFound):
        await provider.invoke(Invocation(Source(), "other", {}), call())


async def test_the_callers_key_is_taken_instead_of_ours(wire, engine, opened):
    """In a fleet for many, each pays for their own searches."""
    provider = opened(wire.kind, base_url=engine.url, api_key="ours")
    await provider.invoke(asking(), call(**{wire.key_name: KEY}))

    assert KEY == engine.asked[-1].key


async def test_without_a_key_the_error_says_where_to_put_one(wire, engine, opened):
    """Both ways, by name."""
    error = await refused(opened(wire.kind, base_url=engine.url), asking())

    assert (400, "missing_api_key") == (error.status, error.code)
    assert "`api_key`" in error.message
    assert wire.key_name in error.message
    assert [] == engine.asked


async def test_our_key_that_is_refused_is_our_fault(wire, engine, opened):
    """The caller's own credentials were fine, so 401 would mislead."""
    provider = opened(wire.kind, base_url=engine.url, api_key="old")
    error = await refused(provider, asking())

    assert (502, "upstream_unauthorized") == (error.status, error.code)
    assert "model server" not in error.message


async def test_the_callers_key_that_is_refused_is_theirs(wire, provider):
    """They can mend it."""
    error = await refused(provider, asking(), **{wire.key_name: "expired"})

    assert 401 == error.status
    assert "no such key" in error.message


@pytest.mark.parametrize("status", [400, 429, 500, 503])
async def test_a_refusal_keeps_its_status_and_its_words(provider, status):
    """429 and 503 may pass, and callers retry on them."""
    error = await refused(provider, asking(f"fail-{status}"))

    assert status == error.status
    assert "no luck" == error.message
    assert (RETRY_AFTER if status == 429 else None) == error.retry_after


@pytest.mark.parametrize("query", ["garbage", "else"])
async def test_what_is_no_answer_is_said_to_be_none(provider, query):
    """Rather than read as nothing found."""
    error = await refused(provider, asking(query))

    assert (502, "upstream_garbage") == (error.status, error.code)
    assert "model server" not in error.message


async def test_an_engine_that_is_silent_for_too_long_is_left(wire, engine, opened):
    """A tool that hangs would hold up the whole answer."""
    provider = opened(wire.kind, base_url=engine.url, api_key=KEY, timeout=0.2)
    error = await refused(provider, asking("hang"))

    assert (504, "upstream_timeout") == (error.status, error.code)
    assert "model server" not in error.message


async def test_who_gives_up_hangs_up(engine, provider):
    """Nobody searches, and pays, for who is gone."""
    searching = asyncio.create_task(provider.invoke(asking("hang"), call()))
    async with asyncio.timeout(PATIENCE):
        await engine.waiting.wait()
        searching.cancel()
        await engine.left.wait()

    assert (await asyncio.wait([searching]))[0] == {searching}
    assert searching.cancelled()


async def test_an_engine_that_is_away_is_named(wire, opened):
    """The message is all that an operator has."""
    nobody = f"http://127.0.0.1:{free_port()}"
    error = await refused(opened(wire.kind, base_url=nobody, api_key=KEY), asking())

    assert (502, "upstream_unreachable") == (error.status, error.code)
    assert "cannot be reached" in error.message
    assert "model server" not in error.message
