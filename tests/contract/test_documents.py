"""Files, vector stores and searches, by the SDKs that programs use."""

import pytest

pytestmark = pytest.mark.timeout(900)  # the first test waits for the fleet, and for pip

OPENAI = ["openai-2", "openai-3"]


@pytest.fixture(params=[*OPENAI, "llama-stack-client", "ogx-client"])
def seen(request, play_documents):
    """What a client saw in each scenario."""
    return play_documents(request.param)


def test_files(seen):
    """What comes in comes out, byte for byte, until it is deleted."""
    found = seen["files"]

    assert ["file", "whales.txt", "assistants", 41] == found["made"]
    assert found["got"]
    assert found["listed"]
    assert "Whales are mammals. They live in the sea." == found["content"]
    assert found["deleted"]
    assert 404 == found["after"]["status_code"]
    assert 400 == found["no such purpose"]["status_code"]


def test_stores(seen):
    """One that is gone is 404, not 400, wherever it is named."""
    found = seen["stores"]

    assert ["vector_store", "first", "completed", "sea"] == found["made"]
    assert ["second", "food"] == found["updated"]
    assert "second" == found["got"]
    assert found["listed"]
    assert found["deleted"]
    assert 404 == found["after"]["status_code"]
    assert 404 == found["search after"]["status_code"]


def test_files_of_stores(seen):
    """Searches name the file that was attached, with the attributes that it has by then."""
    found = seen["attached"]

    assert [True, "completed", None, {"kind": "sea"}] == found["made"]
    assert [True, "completed", True] == found["got"]
    assert {"kind": "whale"} == found["updated"]
    assert [["text", "Whales are mammals. They live in the sea."]] == found["content"]
    assert [True] == found["listed"]
    assert [[True, {"kind": "whale"}]] == found["found"]
    assert found["deleted"]
    assert 0 == found["found after"]
    assert 404 == found["after"]["status_code"]


def test_no_file_to_attach(seen):
    """It is the caller's mistake."""
    assert 400 == seen["nothing_to_attach"]["status_code"]


def test_searches(seen):
    """The best comes first, whatever a filter leaves out is not there, and no filter is overlooked."""
    found = seen["search"]

    assert ["whales.txt", "bread.txt"] == found["names"]
    assert sorted(found["scores"], reverse=True) == found["scores"]
    assert "Whales are mammals. They live in the sea." == found["texts"][0]
    assert 1 == found["limited"]
    assert ["whales.txt"] == found["sea"]
    assert ["bread.txt"] == found["new"]
    assert [] == found["both"]
    assert ["bread.txt", "whales.txt"] == found["either"]
    assert [] == found["threshold"]
    assert 400 == found["bad filter"]["status_code"]


def test_batches(seen):
    """One that is done is not changed by cancelling it."""
    found = seen["batch"]

    assert ["vector_store.files_batch", 3] == found["made"]
    assert ["completed", 3, 0] == found["done"]
    assert found["listed"]
    assert "completed" == found["cancelled when done"]
    assert 404 == found["after"]["status_code"]


def test_a_cancelled_batch_has_nothing_left_to_do(seen):
    """What was not in when it was cancelled does not come in."""
    assert ["cancelled", 0, 12] == seen["cancelled_batch"]


@pytest.mark.parametrize("client", OPENAI)
def test_the_sdk_waits(client, play_documents):
    """Its `…_and_poll` reads what is said of files and batches."""
    assert ["completed", "completed", 2] == play_documents(client)["polled"]


@pytest.mark.parametrize("client", OPENAI)
def test_the_sdk_pages(client, play_documents):
    """It asks for the next page by the id that came last."""
    assert [True, 2] == play_documents(client)["paged"]


@pytest.mark.parametrize("client", OPENAI)
@pytest.mark.parametrize(
    ("case", "param"),
    [
        ("overlap", "chunking_strategy.static.chunk_overlap_tokens"),
        ("file", "file_ids"),
        ("model", "embedding_model"),
    ],
)
def test_what_cannot_be_is_refused(case, param, client, play_documents):
    """By the name of the field that is wrong."""
    found = play_documents(client)["refused"][case]

    assert ("BadRequestError", param) == (found["class"], found["param"])


def test_chunks(play_documents):
    """Chunks that programs cut themselves, in Llama Stack's own API."""
    found = play_documents("llama-stack-client")["chunks"]

    assert [["one", "Whales are mammals.", {"page": 3}]] == found["chunks"]
    assert ["book"] == found["documents"]
    assert [384] == found["lengths"]
    assert found["scores"][0] > 0.5


def test_rag_tool(play_documents):
    """The older SDK has databases and a tool instead."""
    found = play_documents("llama-stack-client-0.2")["rag"]

    assert ["my_docs", "encoder", 384] == found["made"]
    assert found["listed"]
    assert ["my_docs", "vector_db"] == found["got"]
    assert "w" == found["documents"][0]
    assert "Whales are mammals." == found["chunks"][0]
    assert "Whales are mammals." in found["text"]
    assert ("NotFoundError", "NotFoundError") == (
        found["after"]["class"],
        found["query after"]["class"],
    )
