"""Searching a store: modes, filters, rankers, several queries."""

import asyncio

import pytest
from msgspec import Raw

from fleet.vector_io.v1 import messages as m
from fleet_runtime.errors import FleetError

pytestmark = pytest.mark.slow

TEXTS = {
    "file-whale": "Whales are mammals of the sea.",
    "file-shark": "Sharks are fish of the sea.",
    "file-bread": "Bread is made of flour and water.",
    "file-cat": "Cats are mammals of the house.",
}


@pytest.fixture
async def store(fleet, neighbours, call):
    neighbours.texts |= TEXTS
    made = await fleet.stores.create_vector_store(m.CreateVectorStoreRequest(), call)
    asked = (
        m.CreateVectorStoreFileRequest(
            vector_store_id=made.id,
            file_id=name,
            attributes=Raw(b'{"place": %d, "wet": %s}' % (n, b"true" if n < 2 else b"false")),
        )
        for n, name in enumerate(TEXTS)
    )
    await asyncio.gather(*(fleet.stores.create_vector_store_file(each, call) for each in asked))
    return made.id


@pytest.fixture
def search(fleet, store, call):
    async def asked(query, **more):
        request = m.SearchVectorStoreRequest(vector_store_id=store, query=query, **more)
        return await fleet.stores.search_vector_store(request, call)

    return asked


def ids(page):
    return [hit.file_id for hit in page.data]


async def test_each_mode_finds_by_its_own_means(search):
    """By words only what has one of them; by meaning everything, the nearest first; by both, both."""
    by_meaning = await search("mammals of the sea")
    by_words = await search("flour", search_mode="keyword")
    by_both = await search("mammals of the sea", search_mode="hybrid")

    assert ("file-whale", 4) == (ids(by_meaning)[0], len(by_meaning.data))
    assert ["file-bread"] == ids(by_words)
    assert "file-whale" == ids(by_both)[0]


@pytest.mark.parametrize("ranker", ["rrf", "weighted", "normalized", "auto", "default-2024-11-15"])
async def test_rankers_put_what_fits_both_ways_first(search, ranker):
    """Whatever the formula, and by OpenAI's names of its own too."""
    options = m.SearchRankingOptions(ranker=ranker, alpha=0.5)
    page = await search("mammals of the sea", search_mode="hybrid", ranking_options=options)

    assert "file-whale" == ids(page)[0]
    assert sorted((hit.score for hit in page.data), reverse=True) == [h.score for h in page.data]


async def test_alpha_weighs_meaning_against_words(search):
    """0 is words only, 1 is meaning only."""

    async def order(alpha):
        options = m.SearchRankingOptions(ranker="weighted", alpha=alpha)
        return ids(await search("water mammals", search_mode="hybrid", ranking_options=options))

    words = ids(await search("water mammals", search_mode="keyword"))
    meaning = ids(await search("water mammals"))

    assert words[0] == (await order(0.0))[0]
    assert meaning[0] == (await order(1.0))[0]


async def test_a_rerank_model_has_the_last_word(search):
    """Its scores are those of the answer."""
    options = m.SearchRankingOptions(ranker="neural")
    page = await search("mammals house cats", ranking_options=options)

    assert "file-cat" == ids(page)[0]
    assert 0.5 == page.data[0].score  # cats, mammals, house: three of its six words


async def test_filters_choose_before_the_best_are_taken(search):
    """A limit counts what passes the filter."""
    wet = Raw(b'{"type":"eq","key":"wet","value":true}')
    either = Raw(
        b'{"type":"or","filters":[{"type":"eq","key":"place","value":2},'
        b'{"type":"and","filters":[{"type":"gt","key":"place","value":0},'
        b'{"type":"eq","key":"wet","value":true}]}]}'
    )

    assert {"file-whale", "file-shark"} == set(ids(await search("bread", filters=wet)))
    assert {"file-bread", "file-shark"} == set(ids(await search("cats", filters=either)))
    assert 1 == len((await search("cats", filters=wet, max_num_results=1)).data)


async def test_a_threshold_leaves_out_what_fits_badly(search):
    """Scores below it are not among the results."""
    page = await search(
        "mammals of the sea", ranking_options=m.SearchRankingOptions(score_threshold=0.8)
    )

    assert "file-whale" == ids(page)[0]
    assert len(page.data) < 4
    assert all(hit.score >= 0.8 for hit in page.data)


async def test_several_queries_are_one_search(search):
    """Each chunk comes once, with its best score."""
    page = await search(["flour", "sharks"], search_mode="keyword")

    assert ["flour", "sharks"] == page.search_query
    assert {"file-bread", "file-shark"} == set(ids(page))
    assert 2 == len(page.data)


async def test_a_query_is_rewritten_by_a_model(search, neighbours):
    """The answer says what was looked for in the end."""
    page = await search("What swims?", rewrite_query=True)

    assert ["About whales."] == page.search_query
    assert "file-whale" == ids(page)[0]
    assert any("What swims?" in prompt for prompt in neighbours.said)


@pytest.mark.parametrize(
    ("more", "param"),
    [
        ({"filters": Raw(b'{"type":"like","key":"a","value":1}')}, "filters.type"),
        ({"filters": Raw(b'{"type":"and","filters":[]}')}, "filters.filters"),
        ({"filters": Raw(b'{"type":"in","key":"a","value":[1,"x"]}')}, "filters.value"),
        (
            {"filters": Raw(b'{"type":"or","filters":[{"type":"gt","key":"a","value":true}]}')},
            "filters.filters[0].value",
        ),
        ({"ranking_options": m.SearchRankingOptions(ranker="best")}, "ranking_options.ranker"),
        (
            {"ranking_options": m.SearchRankingOptions(impact_factor=0)},
            "ranking_options.impact_factor",
        ),
        (
            {
                "ranking_options": m.SearchRankingOptions(
                    ranker="weighted",
                    hybrid_search=m.HybridSearchOptions(embedding_weight=1, text_weight=1),
                )
            },
            "ranking_options.hybrid_search",
        ),
        ({"query": "  "}, "query"),
    ],
)
async def test_what_cannot_be_asked_is_named(search, more, param):
    """Nothing is dropped in silence."""
    with pytest.raises(FleetError) as raised:
        await search(**{"query": "a"} | more)

    assert (400, param) == (raised.value.status, raised.value.param)
