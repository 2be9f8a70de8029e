"""Vector databases and the RAG tool, as older SDKs call them."""

import asyncio
import json
from base64 import b64encode

import pytest
from msgspec import Raw

from fleet.vector_io.v1 import messages as m
from fleet_runtime.errors import FleetError
from fleet_testing.openai_upstream import Canned
from fleet_testing.rest_server import rest_server
from fleet_vector_io.legacy.documents import data_of

pytestmark = pytest.mark.slow


@pytest.fixture
async def database(fleet, call):
    return await registered(fleet, call)


async def registered(fleet, call):
    request = m.RegisterVectorDbRequest(vector_db_id="my_docs", embedding_model="embedder")
    return await fleet.legacy.register_vector_db(request, call)


def told(error):
    return error.status, error.code, error.param


def insert(fleet, documents, call, **more):
    request = m.InsertDocumentsRequest(vector_db_id="my_docs", documents=documents, **more)
    return fleet.legacy.insert_documents(request, call)


async def test_a_database_has_the_name_that_was_chosen(fleet, database, call):
    """To register it again is no error, unless it would be another."""
    again = await fleet.legacy.register_vector_db(
        m.RegisterVectorDbRequest(vector_db_id="my_docs", embedding_model="embedder"), call
    )
    listed = await fleet.legacy.list_vector_dbs(m.ListVectorDbsRequest(), call)
    got = await fleet.legacy.get_vector_db(m.GetVectorDbRequest(vector_db_id="my_docs"), call)

    assert ("my_docs", "sqlite", "embedder", 256) == (
        database.identifier,
        database.provider_id,
        database.embedding_model,
        database.embedding_dimension,
    )
    assert database == again == got
    assert [database] == listed.data


async def test_a_database_that_is_gone_is_404(fleet, database, call):
    """Once it is unregistered."""
    await fleet.legacy.unregister_vector_db(
        m.UnregisterVectorDbRequest(vector_db_id="my_docs"), call
    )
    with pytest.raises(FleetError) as raised:
        await fleet.legacy.get_vector_db(m.GetVectorDbRequest(vector_db_id="my_docs"), call)

    assert (404, "vector_db_not_found") == (raised.value.status, raised.value.code)


async def test_documents_come_back_as_text_for_a_model(fleet, database, call):
    """With where each piece is from, in the order of the pieces."""
    await insert(
        fleet,
        [
            m.RagDocument(
                document_id="w", content="Whales are mammals.", metadata=Raw(b'{"topic":"sea"}')
            ),
            m.RagDocument(
                document_id="b", content=[m.RagContentItem(type="text", text="Bread is food.")]
            ),
        ],
        call,
    )
    found = await fleet.legacy.query_documents(
        m.QueryDocumentsRequest(
            content="whales",
            vector_db_ids=["my_docs"],
            query_config=m.RagQueryConfig(
                max_chunks=1, chunk_template="<{index}|{chunk.content}|{metadata}>"
            ),
        ),
        call,
    )
    metadata = json.loads(bytes(found.metadata))

    assert ["w"] == metadata["document_ids"]
    assert ["Whales are mammals."] == metadata["chunks"]
    assert ["my_docs"] == metadata["vector_db_ids"]
    assert "<1|Whales are mammals.|{'topic': 'sea', 'document_id': 'w'}>" == found.content[1].text


async def test_nothing_found_is_no_content(fleet, database, call):
    """As the older API had it."""
    found = await fleet.legacy.query_documents(
        m.QueryDocumentsRequest(content="whales", vector_db_ids=["my_docs"]), call
    )

    assert not found.content


@pytest.mark.parametrize(
    ("uri", "code"),
    [
        ("http://127.0.0.1/secret", "address_not_allowed"),
        ("file:///etc/passwd", "unsupported_uri"),
        ("data:nothing", "invalid_value"),
    ],
)
async def test_what_is_not_public_is_not_fetched(fleet, database, call, uri, code):
    """It could be anything that the service can reach, and its callers cannot."""
    document = m.RagDocument(document_id="a", content=m.RagContentItem(uri=uri))
    with pytest.raises(FleetError) as raised:
        await insert(fleet, [document], call)

    assert (400, code, "documents[0].content.uri") == (
        raised.value.status,
        raised.value.code,
        raised.value.param,
    )


@pytest.mark.parametrize("is_text", [True, False])
async def test_documents_are_fetched_from_their_addresses(start, neighbours, config, call, is_text):
    """As with Llama Stack, also where an address stands in the place of a text."""
    config["fetch"] = {"allowed": ["127.0.0.1"]}
    fleet = await start()
    await registered(fleet, call)
    page = Canned(b"Whales sing.\n\nBread is food.", headers={"content-type": "text/markdown"})
    async with rest_server(lambda _: page) as url:
        uri = f"{url}/about/whales.md?version=2"
        content = uri if is_text else m.RagContentItem(uri=uri)
        await insert(fleet, [m.RagDocument(document_id="w", content=content)], call)
    found = await fleet.legacy.query_documents(
        m.QueryDocumentsRequest(content="whales", vector_db_ids=["my_docs"]), call
    )

    assert [("whales.md", "text/markdown", page.body)] == neighbours.sent
    assert "Whales sing." == json.loads(bytes(found.metadata))["chunks"][0]


async def test_what_its_owner_says_of_a_document_counts(start, neighbours, config, call):
    """Many servers call everything a text, or a stream of bytes."""
    config["fetch"] = {"allowed": ["127.0.0.1"]}
    fleet = await start()
    await registered(fleet, call)
    page = Canned(b"a,b", headers={"content-type": "application/octet-stream"})
    async with rest_server(lambda _: page) as url:
        document = m.RagDocument(document_id="table", content=url, mime_type="text/csv")
        await insert(fleet, [document], call)

    assert [("table", "text/csv", b"a,b")] == neighbours.sent


async def test_fetching_can_be_turned_off(start, config, call):
    """Where nothing may go out, documents are uploaded."""
    config["fetch"] = None
    fleet = await start()
    await registered(fleet, call)
    with pytest.raises(FleetError) as raised:
        await insert(fleet, [m.RagDocument(document_id="a", content="https://a.test/")], call)

    assert ("unsupported_uri", "documents[0].content") == (raised.value.code, raised.value.param)


async def test_what_is_missing_is_named_as_the_caller_did(fleet, database, call):
    """The error points at the field that is wrong, not at one that these requests do not have."""
    gone = m.InsertDocumentsRequest(
        vector_db_id="gone", documents=[m.RagDocument(document_id="a", content="a")]
    )
    asked = m.QueryDocumentsRequest(content="a", vector_db_ids=["my_docs", "gone"])
    with pytest.raises(FleetError) as inserting:
        await fleet.legacy.insert_documents(gone, call)
    with pytest.raises(FleetError) as asking:
        await fleet.legacy.query_documents(asked, call)

    assert (404, "vector_db_not_found", "vector_db_id") == told(inserting.value)
    assert (404, "vector_db_not_found", "vector_db_ids[1]") == told(asking.value)


def test_data_addresses_hold_files():
    """Plain or in base64, with or without a type."""
    assert ("text/plain", b"a b") == data_of("data:,a%20b", "x")
    told = "data:application/pdf;base64," + b64encode(b"%PDF").decode()
    assert ("application/pdf", b"%PDF") == data_of(told, "x")


async def test_a_name_can_be_given_again(fleet, database, call):
    """What was taken away under it does not come back, and what is put in now is not taken away."""
    await insert(fleet, [m.RagDocument(document_id="old", content="Old whales.")], call)
    await fleet.legacy.unregister_vector_db(
        m.UnregisterVectorDbRequest(vector_db_id="my_docs"), call
    )
    await fleet.legacy.register_vector_db(
        m.RegisterVectorDbRequest(vector_db_id="my_docs", embedding_model="embedder"), call
    )
    await insert(fleet, [m.RagDocument(document_id="new", content="New whales.")], call)
    await asyncio.sleep(1.2)  # longer than it takes a worker to look for jobs
    found = await fleet.legacy.query_documents(
        m.QueryDocumentsRequest(content="whales", vector_db_ids=["my_docs"]), call
    )

    assert ["new"] == json.loads(bytes(found.metadata))["document_ids"]
