"""What documents and searches are measured by."""

import asyncio
import base64
import subprocess
import sys

import msgspec
import numpy as np
import pytest

from fleet_bench import cpu
from fleet_bench.accounts import accounts, settled
from fleet_bench.api import Api
from fleet_bench.load import BadAnswerError
from fleet_bench.process import free_port
from fleet_bench.rag.corpus import LIMIT, Corpus
from fleet_bench.rag.documents import documents
from fleet_bench.rag.embedder import embedded
from fleet_bench.rag.meaning import DIMENSION, vector
from fleet_bench.rag.report import search_table
from fleet_bench.rag.searching import SearchSample, recall

BURN = "import time\nwhile time.process_time() < 0.3: pass"
SERVICE = f"""
import subprocess, sys
subprocess.run([sys.executable, "-c", {BURN!r}])
print(flush=True)
input()
"""


@pytest.fixture(scope="module")
def corpus():
    return Corpus(200, 20)


def response(documents, texts):
    found = [
        {"file_id": document, "content": [{"type": "text", "text": texts.get(document, "")}]}
        for document in documents
    ]
    body = msgspec.json.encode({"data": found})
    return b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%s" % (len(body), body)


def numbers(answer):
    body = msgspec.json.decode(answer.partition(b"\r\n\r\n")[2])
    return [item["embedding"] for item in body["data"]]


def test_vectors_have_length_one_and_texts_of_one_word_are_near_each_other():
    """Else no query had neighbours, and any ten passages were as good."""
    one, alike, other = vector("River one."), vector("river two"), vector("Iron one.")

    assert 1.0 == pytest.approx(np.linalg.norm(one), abs=1e-4)
    assert one @ alike > one @ other + 0.2


def test_both_encodings_tell_the_same_vector():
    """The systems ask in different ways, and must get the same."""
    asked = {"model": "meaning", "input": ["a", "b"]}
    floats = numbers(embedded(msgspec.json.encode(asked)))
    packed = numbers(embedded(msgspec.json.encode(asked | {"encoding_format": "base64"})))

    assert 2 == len(floats)
    for text, told, encoded in zip(["a", "b"], floats, packed, strict=True):
        assert vector(text).tolist() == np.array(told, np.float32).tolist()
        assert vector(text).tolist() == np.frombuffer(base64.b64decode(encoded), "<f4").tolist()


def test_the_exact_answer_is_nearest(corpus):
    """Against a loop that is too plain to be wrong."""
    query = corpus.queries[3]
    asked = vector(query.text)
    scores = {
        document: vector(text) @ asked / np.linalg.norm(vector(text))
        for document, text in corpus.texts.items()
    }

    assert set(sorted(scores, key=scores.__getitem__)[-LIMIT:]) == query.exact


def test_chunks_carry_the_vectors_of_their_texts(corpus):
    """A system that embedded them itself would keep the same."""
    chunk = corpus.chunks(5, 6, "encoder")[0]

    assert DIMENSION == chunk["embedding_dimension"] == len(chunk["embedding"])
    assert vector(chunk["content"]).tolist() == np.array(chunk["embedding"], np.float32).tolist()
    assert corpus.texts[chunk["metadata"]["document_id"]] == chunk["content"]


def test_recall_is_the_part_of_the_exact_answer(corpus):
    """Six of ten is 0.6, whatever their order."""
    query = corpus.queries[0]
    others = [document for document in corpus.texts if document not in query.exact]

    assert 1.0 == recall(response(query.exact, corpus.texts), query, corpus.texts)
    mixed = [*others[:4], *list(query.exact)[:6]]
    assert 0.6 == recall(response(mixed, corpus.texts), query, corpus.texts)


def test_wrong_answers_stop_the_benchmark(corpus):
    """Too few, one twice, and a text that is not its document's."""
    query = corpus.queries[0]
    found = sorted(query.exact)

    for documents_ in (found[1:], [found[1], *found[1:]]):
        with pytest.raises(BadAnswerError, match="documents came"):
            recall(response(documents_, corpus.texts), query, corpus.texts)
    with pytest.raises(BadAnswerError, match="not the text"):
        recall(response(["file-x", *found[1:]], corpus.texts), query, corpus.texts)


def test_documents_are_of_three_kinds_and_none_is_like_another():
    """What is kept under its bytes' hash would be put in once."""
    made = documents(6)

    kinds = ["text/plain", "text/markdown", "application/pdf"]
    assert kinds * 2 == [document.content_type for document in made]
    assert 6 == len({document.data for document in made})
    assert 6 == len({document.ending for document in made})


def test_a_service_counts_with_its_children_that_have_ended(tmp_path):
    """Files are read by processes that end with their file."""
    package = tmp_path / "fleet_some"
    package.mkdir()
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(SERVICE)
    others = cpu.own_descendants()
    command = [sys.executable, "-m", "fleet_some"]
    with subprocess.Popen(
        command, cwd=tmp_path, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as parent:
        try:
            parent.stdout.readline()
            used = accounts(cpu.own_descendants() - others)
        finally:
            parent.kill()

    assert ["fleet_some"] == list(used)
    assert 0.25 < used["fleet_some"]


async def test_an_answer_without_content_is_whole():
    """Inserts are answered so, and their caller must not wait for more."""

    async def answer(reader, writer):
        await reader.readuntil(b"\r\n\r\n{}")
        writer.write(b"HTTP/1.1 204 No Content\r\nserver: test\r\n\r\n")
        writer.close()
        await writer.wait_closed()

    port = free_port()
    async with await asyncio.start_server(answer, "127.0.0.1", port):
        api = await Api.at(port)

        assert None is await api.post("/v1/vector-io/insert", {})

        api.close()


async def test_a_system_is_at_rest_when_its_workers_are():
    """What one does that still starts would count as the cost of searches."""
    others = cpu.own_descendants()
    longer = BURN.replace("0.3", "2.0")
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", longer)
    await settled(lambda: cpu.own_descendants() - others)

    assert 0 == await asyncio.wait_for(process.wait(), 0.2)  # it has ended by now


@pytest.mark.parametrize(
    ("rate", "found", "verdict"),
    [(30.0, 1.0, "3x passed"), (29.0, 1.0, "2.9x MISSED"), (90.0, 0.9, "9x MISSED")],
)
def test_the_bar_is_three_times_as_many_queries_that_miss_no_more(rate, found, verdict):
    """Speed that is bought with worse answers passes nothing."""
    samples = [
        SearchSample(system, "faiss", 1000, rate, rate, 1.0, 2.0, recall, {})
        for system, rate, recall in (("fleet", rate, found), ("ogx", 10.0, 1.0))
    ]
    cells = [next(iter(column.cells)) for column in search_table(samples).columns]

    assert ["faiss", "1,000", f"{rate:g} / 10", verdict] == cells[:4]
