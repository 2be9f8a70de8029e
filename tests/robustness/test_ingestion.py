"""Putting many files into stores while processes die: it ends by itself, and everything is in there once."""

import json
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

import psutil
import pytest

from fleet_testing.fleet import Fleet, running_fleet, small_fleet

FILES = 200
# How many files are in when a replica is killed, and when the database is.
FIRST, SECOND = 20, 60
# In seconds.
PATIENCE = 240.0
LOOK_AGAIN = 0.2
ANSWER = 30.0
SMALL = {"type": "static", "static": {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 0}}

Json = dict[str, Any]

pytestmark = pytest.mark.timeout(600)


@dataclass(frozen=True)
class Library:
    """A fleet with files and stores, and two processes that put the ones into the others."""

    fleet: Fleet

    def call(self, method: str, path: str, body: Json | bytes | None = None, kind: str = "") -> Any:
        """Return the answer to a call, and try again while the database or a process is away."""
        deadline = time.monotonic() + PATIENCE
        while True:
            status, answer = self._once(method, path, body, kind)
            if status == 200:
                return answer
            assert status == 503, answer
            assert time.monotonic() < deadline, answer
            time.sleep(LOOK_AGAIN)

    def _once(self, method: str, path: str, body: Json | bytes | None, kind: str) -> Any:
        sent = body if isinstance(body, bytes | None) else json.dumps(body).encode()
        headers = {"content-type": kind or "application/json"} if sent else {}
        with closing(HTTPConnection(self.fleet.target, timeout=ANSWER)) as connection:
            connection.request(method, f"/v1/{path}", sent, headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read())

    def upload(self, name: str, content: bytes) -> str:
        """Keep a file, and return its id."""
        form = (
            b'--b\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nassistants\r\n'
            b'--b\r\ncontent-disposition: form-data; name="file"; filename="%b"\r\n\r\n%b\r\n--b--\r\n'
        )
        kind = "multipart/form-data; boundary=b"
        return str(self.call("POST", "files", form % (name.encode(), content), kind)["id"])

    def store(self) -> str:
        """Make a store, and return its path."""
        return f"vector_stores/{self.call('POST', 'vector_stores', {'chunking_strategy': SMALL})['id']}"

    def batch(self, store: str, files: list[str]) -> str:
        """Begin to put files into a store, and return the path of the batch."""
        made = self.call("POST", f"{store}/file_batches", {"file_ids": files})
        return f"{store}/file_batches/{made['id']}"

    def watched(self, batch: str) -> Iterator[Json]:
        """Yield what is said of a batch until it is done; it must be true, and nothing may be taken back."""
        deadline, before = time.monotonic() + PATIENCE, 0
        while True:
            said = self.call("GET", batch)
            counts = said["file_counts"]
            assert counts["total"] == sum(counts.values()) - counts["total"]
            assert counts["completed"] >= before
            before = counts["completed"]
            yield said
            if said["status"] != "in_progress":
                return
            assert time.monotonic() < deadline, said
            time.sleep(LOOK_AGAIN)

    def statuses(self, store: str) -> dict[str, str]:
        """Return how each file of a store is."""
        found: dict[str, str] = {}
        after = ""
        while True:
            page = self.call("GET", f"{store}/files?limit=100{after}")
            found |= {file["id"]: file["status"] for file in page["data"]}
            if not page["has_more"]:
                return found
            after = f"&after={page['last_id']}"

    def chunks(self, store: str, file: str) -> list[str]:
        """Return the texts of a file's chunks, in order."""
        content = self.call("GET", f"{store}/files/{file}/content")
        return [chunk["text"] for chunk in content["data"]]


@pytest.fixture(scope="module")
def library(upstream) -> Iterator[Library]:
    """A fleet without engines: what is measured here is not how fast texts are embedded."""
    values = small_fleet(upstream.url, postgres=True, documents=True)
    services = values["services"]
    del services["runner"]
    inference, stores = services["inference"]["config"], services["vector-io"]
    inference["providers"] = [each for each in inference["providers"] if each["id"] == "remote"]
    inference["models"] = []
    services["inspect"]["config"]["services"].remove("runner")
    stores["replicas"] = 2
    # What a process that was killed had begun is begun anew after so many seconds.
    # One chunk goes in after the other, so that whoever is killed leaves files that are half in.
    stores["config"]["ingestion"] = {"lease_seconds": 3, "embedding_batch": 1}
    stores["config"]["default_embedding_model"] = "remote/text-embedder"
    with running_fleet(values) as fleet:
        yield Library(fleet)


@pytest.fixture(scope="module")
def files(library) -> list[str]:
    """Files of some chunks each, no two of which are alike."""
    return [library.upload(f"{number}.txt", text(number)) for number in range(FILES)]


def text(number: int) -> bytes:
    """Return what file `number` says: about 700 tokens."""
    sentences = (f"Sentence {n} of file {number} says nothing new." for n in range(60))
    return " ".join(sentences).encode()


def test_a_batch_survives_what_is_killed(library, files):
    """A file that is in twice is found twice; one that is not in is not found at all, and nobody would know."""
    clean, store = library.store(), library.store()
    for _ in library.watched(library.batch(clean, files)):
        pass
    wanted = {file: library.chunks(clean, file) for file in files}

    victims = [(FIRST, kill_replica), (SECOND, kill_database)]
    began = time.monotonic()
    for said in library.watched(library.batch(store, files)):
        if victims and said["file_counts"]["completed"] >= victims[0][0]:
            assert "in_progress" == said["status"], "too late to harm it"
            victims.pop(0)[1](library.fleet)
    print(f"{FILES} files in {time.monotonic() - began:.0f} s")

    assert not victims
    assert ("completed", FILES) == (said["status"], said["file_counts"]["completed"])
    assert dict.fromkeys(files, "completed") == library.statuses(store)
    assert wanted == {file: library.chunks(store, file) for file in files}
    assert all(len(chunks) > 1 for chunks in wanted.values())


def kill_replica(fleet: Fleet) -> None:
    fleet.kill("vector-io")


def kill_database(fleet: Fleet) -> None:
    starter = psutil.Process(fleet.pid("postgres"))
    next(child for child in starter.children() if "postgres" in child.name()).kill()


def test_a_batch_that_is_cancelled_stops(library, files):
    """What was in stays in; of the rest nothing does, not even of files that were half in."""
    store = library.store()
    batch = library.batch(store, files)
    for said in library.watched(batch):
        if said["file_counts"]["completed"] >= 5:
            break

    counts = library.call("POST", f"{batch}/cancel")["file_counts"]

    assert 0 == counts["in_progress"]
    assert counts["cancelled"]
    assert FILES == counts["cancelled"] + counts["completed"]
    statuses = library.statuses(store)
    out = [file for file in files if statuses[file] == "cancelled"]
    assert counts["cancelled"] == len(out)
    deadline = time.monotonic() + PATIENCE
    while any(library.chunks(store, file) for file in out):
        assert time.monotonic() < deadline
        time.sleep(LOOK_AGAIN)
    assert "cancelled" == library.call("GET", batch)["status"]
    assert statuses == library.statuses(store)


def test_a_file_that_cannot_be_read_says_why(library):
    """It fails by itself: the other files of the batch are in."""
    store = library.store()
    broken = library.upload("broken.pdf", b"%PDF-1.7 but nothing else")
    fine = library.upload("fine.txt", b"A text.")

    *_, said = library.watched(library.batch(store, [broken, fine]))

    assert ("completed", 1, 1) == (
        said["status"],
        said["file_counts"]["failed"],
        said["file_counts"]["completed"],
    )
    assert {broken: "failed", fine: "completed"} == library.statuses(store)
    error = library.call("GET", f"{store}/files/{broken}")["last_error"]
    assert "invalid_file" == error["code"]
    assert "PDF" in error["message"]
