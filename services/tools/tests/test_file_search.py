"""File search: stores are searched at once, and what they find becomes one list that can be cited."""

import asyncio

import pytest

from fleet_runtime.call import Call
from fleet_runtime.config import ConfigError, validate
from fleet_runtime.errors import FleetError, InvalidArgument, NotFound
from fleet_testing.vector_store_searches import Stores, found, searchable
from fleet_tools.provider import Invocation, Source
from fleet_tools.providers.file_search import FileSearch

PATIENCE = 10.0


@pytest.fixture
def stores():
    whales = [found("file-1", 0.9, "Whales sing.", page=3), found("file-2", 0.2, "Whales dive.")]
    return Stores({"vs_1": whales, "vs_2": [found("file-3", 0.5, "Birds sing.")], "vs_3": []})


@pytest.fixture
async def opened(stores, monkeypatch):
    """Return a provider with some settings; all are closed at the end."""
    providers = []

    def opened(**config):
        providers.append(FileSearch(validate(FileSearch.Config, config)))
        return providers[-1]

    async with searchable(stores) as addresses:
        monkeypatch.setenv("FLEET_ADDRESSES", addresses)
        yield opened
        for provider in providers:
            await provider.aclose()


@pytest.fixture
async def provider(opened):
    return opened()


def asking(tool="file_search", query="Who sings?", args=None, **arguments):
    args = {"vector_store_ids": ["vs_1", "vs_2"]} if args is None else args
    return Invocation(Source(args=args), tool, {"query": query, **arguments})


async def searched(provider, **more):
    return await provider.invoke(asking(**more), Call("/tools"))


async def refused(provider, **more):
    with pytest.raises(FleetError) as caught:
        await searched(provider, **more)
    return caught.value


async def test_the_tool_has_openais_name_or_that_of_llama_stacks_group(provider):
    """`builtin::rag/knowledge_search` is what older agents ask for."""
    call = Call("/tools")
    (usual,) = await provider.tools(Source(), call)
    (older,) = await provider.tools(Source(args={"tool_name": "knowledge_search"}), call)

    assert ("file_search", "knowledge_search") == (usual.name, older.name)
    with pytest.raises(InvalidArgument):
        await provider.tools(Source(args={"tool_name": "other"}), call)


@pytest.mark.parametrize("tool", ["file_search", "knowledge_search"])
async def test_chunks_of_all_stores_come_the_best_first(provider, tool):
    """The model reads the beginning best."""
    result = await searched(provider, tool=tool)

    assert ["file-1", "file-3", "file-2"] == [
        chunk["file_id"] for chunk in result.metadata["results"]
    ]


async def test_the_caller_is_told_all_of_a_chunk(provider):
    """`include: file_search_call.results` gives it."""
    result = await searched(provider)
    first = {
        "file_id": "file-1",
        "filename": "file-1.txt",
        "score": 0.9,
        "text": "Whales sing.",
        "attributes": {"page": 3},
    }

    assert first == result.metadata["results"][0]
    assert ["Who sings?"] == result.metadata["queries"]


async def test_the_model_reads_marks_to_cite_by(provider):
    """Marks in its answer become `file_citation` annotations."""
    (content,) = (await searched(provider)).content

    assert "found 3 passages" in content.text
    assert "mark <|file-1|>:\nWhales sing." in content.text
    assert "page: 3" in content.text
    assert "put its mark" in content.text


async def test_nothing_to_cite_is_said_where_citing_is_off(opened):
    """Marks would stay in the answer."""
    off = {"annotation_prompt_params": {"enable_annotations": False}}
    (content,) = (await searched(opened(vector_stores_config=off))).content

    assert "Whales sing." in content.text
    assert "<|" not in content.text


async def test_texts_around_are_those_of_the_config(opened):
    """With Llama Stack's names, so that its configs fit."""
    texts = {
        "file_search_params": {"header_template": "{num_chunks}:\n", "footer_template": "--\n"},
        "context_prompt_params": {"context_template": "{query} {annotation_instruction}"},
        "annotation_prompt_params": {
            "annotation_instruction_template": "Cite {literally}.",
            "chunk_annotation_template": "[{index}] {file_id} {chunk_text}\n",
        },
    }
    (content,) = (await searched(opened(vector_stores_config=texts))).content

    assert (
        "3:\n[1] file-1 Whales sing.\n[2] file-3 Birds sing.\n[3] file-2 Whales dive.\n--\n"
        "Who sings? Cite {literally}."
    ) == content.text


def test_a_template_that_names_what_is_not_there_is_refused_at_the_start():
    """Rather than at the first search."""
    texts = {"file_search_params": {"header_template": "{chunks}"}}

    with pytest.raises(ConfigError, match="may name num_chunks"):
        validate(FileSearch.Config, {"vector_stores_config": texts})


async def test_nothing_found_is_no_error(provider):
    """The model shall say so."""
    result = await searched(provider, args={"vector_store_ids": ["vs_3"]})

    assert [] == result.metadata["results"]
    assert "found 0 passages" in result.content[0].text


async def test_what_the_caller_sets_reaches_the_stores(provider, stores):
    """Filters hold what the model may read."""
    filters = {"type": "eq", "key": "page", "value": 3}
    args = {
        "vector_db_ids": ["vs_1"],
        "max_num_results": 1,
        "filters": filters,
        "ranking_options": {"ranker": "auto", "score_threshold": 0.1},
    }
    result = await searched(provider, args=args)
    (asked,) = stores.asked

    assert 1 == len(result.metadata["results"])
    assert (1, 0.1) == (asked.max_num_results, asked.ranking_options.score_threshold)
    assert b'"page"' in bytes(asked.filters)


async def test_a_model_cannot_choose_other_stores_than_its_caller(provider, stores):
    """Arguments are the model's."""
    await searched(provider, args={"vector_store_ids": ["vs_2"]}, vector_store_ids=["vs_1"])

    assert ["vs_2"] == [asked.vector_store_id for asked in stores.asked]


async def test_stores_are_searched_at_once_and_no_more_than_allowed(opened, stores):
    """One after the other would take as many times as long."""
    stores.held.clear()
    searching = asyncio.create_task(searched(opened(stores_at_once=2), args=_all()))
    async with asyncio.timeout(PATIENCE):
        while stores.most < 2:  # noqa: ASYNC110 - what is waited for is in the server
            await asyncio.sleep(0.01)
        stores.held.set()
        result = await searching

    assert 2 == stores.most
    assert 3 == len(result.metadata["results"])


def _all():
    return {"vector_store_ids": ["vs_1", "vs_2", "vs_3"]}


@pytest.mark.parametrize(
    ("told", "param"),
    [
        ({"args": {}}, "vector_store_ids"),
        ({"args": {"vector_store_ids": [f"vs_{n}" for n in range(40)]}}, "vector_store_ids"),
        ({"query": ""}, "query"),
        ({"max_num_results": 51}, None),
        ({"max_num_results": "many"}, None),
        ({"search_mode": "magic"}, None),
        ({"args": {"vector_store_ids": "vs_1"}}, None),
    ],
)
async def test_what_cannot_be_searched_is_refused(provider, stores, told, param):
    """With a word on what is wrong."""
    error = await refused(provider, **told)

    assert (InvalidArgument.status, param) == (error.status, error.param)
    assert [] == stores.asked


async def test_a_store_that_is_not_there_is_named(provider):
    """The caller can mend it."""
    error = await refused(provider, args={"vector_store_ids": ["vs_1", "vs_gone"]})

    assert NotFound.status == error.status
    assert "vs_gone" in error.message


async def test_a_service_that_is_away_is_said_to_be(opened, monkeypatch):
    """503 may pass, and callers retry on it."""
    monkeypatch.setenv("FLEET_ADDRESSES", "vector-io=127.0.0.1:1")

    assert 503 == (await refused(opened())).status
