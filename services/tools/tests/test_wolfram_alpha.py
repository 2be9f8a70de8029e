"""Wolfram|Alpha: what it computes, and what it says where it cannot."""

import json

import pytest

from fleet_runtime.call import Call
from fleet_runtime.errors import FleetError, NotFound
from fleet_testing.wolfram import APPID, wolfram_alpha
from fleet_tools.provider import Invocation, Source
from fleet_tools.providers.wolfram_alpha import WolframAlpha


@pytest.fixture
def seen():
    """What the server was asked."""
    return []


@pytest.fixture
async def url(seen):
    async with wolfram_alpha(seen) as url:
        yield url


@pytest.fixture
async def provider(url):
    provider = WolframAlpha(WolframAlpha.Config(base_url=url, api_key=APPID))
    yield provider
    await provider.aclose()


def asking(query):
    return Invocation(Source(), "wolfram_alpha", {"query": query})


def call(**provider_data):
    return Call("/tools", [("x-llamastack-provider-data", json.dumps(provider_data))])


async def text(provider, query):
    (content,) = (await provider.invoke(asking(query), call())).content
    return content.text


async def test_it_offers_one_tool(provider):
    """Its name is Llama Stack's."""
    (tool,) = await provider.tools(Source(), call())

    assert "wolfram_alpha" == tool.name


async def test_what_was_computed_is_given_pod_by_pod(provider):
    """Pods that are only pictures are left out."""
    assert "Input:\n2 + 2\n\nResult:\n4" == await text(provider, "2+2")


async def test_a_question_that_is_not_understood_brings_a_guess(provider):
    """The model shall ask again."""
    said = await text(provider, "misspelled")

    assert "no answer to 'misspelled'. It suggests 'missed spell'." in said


async def test_a_question_without_an_answer_is_no_error(provider):
    """It is not the caller's fault, nor the server's."""
    assert "has no answer" in await text(provider, "how are you")


async def test_the_callers_key_is_taken_instead_of_ours(url, seen):
    """In a fleet for many, each pays for their own."""
    provider = WolframAlpha(WolframAlpha.Config(base_url=url, api_key="ours"))
    await provider.invoke(asking("2+2"), call(wolfram_alpha_api_key=APPID))
    await provider.aclose()

    assert f"appid={APPID}" in seen[-1].query.split("&")


async def test_without_a_key_the_error_says_where_to_put_one(url, seen):
    """Both ways, by name."""
    provider = WolframAlpha(WolframAlpha.Config(base_url=url))
    with pytest.raises(FleetError, match="`wolfram_alpha_api_key`") as caught:
        await provider.invoke(asking("2+2"), call())
    await provider.aclose()

    assert (400, "missing_api_key") == (caught.value.status, caught.value.code)
    assert [] == seen


@pytest.mark.parametrize(("data", "status"), [({}, 502), ({"wolfram_alpha_api_key": "bad"}, 401)])
async def test_a_key_that_is_refused_is_told_apart_by_its_owner(url, data, status):
    """Wolfram|Alpha refuses keys in good answers."""
    provider = WolframAlpha(WolframAlpha.Config(base_url=url, api_key="old"))
    with pytest.raises(FleetError) as caught:
        await provider.invoke(asking("2+2"), call(**data))
    await provider.aclose()

    assert status == caught.value.status
    assert "model server" not in caught.value.message


@pytest.mark.parametrize(
    ("query", "status"), [("fail-503", 503), ("fail-429", 429), ("broken", 502)]
)
async def test_a_refusal_keeps_its_meaning(provider, query, status):
    """503 may pass, and callers retry on it."""
    with pytest.raises(FleetError) as caught:
        await provider.invoke(asking(query), call())

    assert status == caught.value.status


async def test_another_tool_is_not_found(provider):
    """Rather than computed."""
    with pytest.raises(NotFound):
        await provider.invoke(Invocation(Source(), "web_search", {"query": "2+2"}), call())
