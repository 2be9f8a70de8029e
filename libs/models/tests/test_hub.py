"""The Hugging Face hub, by a server that speaks as much of its API as a download needs.

https://huggingface.co/docs/hub/api: `/api/models/{repo}`, `/api/models/{repo}/tree/{revision}`,
`/{repo}/resolve/{revision}/{file}`.
"""

import hashlib
import json
import random

import pytest

from fleet_testing.files import Served, serving

pytestmark = pytest.mark.slow

pytest.importorskip("huggingface_hub", reason="needs the extra `hub`")

REPO = "org/tiny"
COMMIT = "5" * 40
WEIGHTS = random.Random(3).randbytes(300_000)
FILES = {
    "config.json": b'{"model_type": "tiny"}',
    "model.safetensors": WEIGHTS,
    "modeling_tiny.py": b"raise SystemExit",
    "pytorch_model.bin": b"a pickle",
}


class FakeHub:
    """One repository, at one commit."""

    def __init__(self) -> None:
        self.files = dict(FILES)
        self.promised = hashlib.sha256(WEIGHTS).hexdigest()
        self.errors: dict[str, Served] = {}

    def routes(self) -> dict[str, Served]:
        kind = {"Content-Type": "application/json"}
        info = {"id": REPO, "sha": COMMIT, "siblings": [self._sibling(n) for n in self.files]}
        tree = [self._entry(name) for name in self.files]
        routes = {
            f"/api/models/{REPO}": Served(json.dumps(info).encode(), headers=kind),
            f"/api/models/{REPO}/revision/v1": Served(json.dumps(info).encode(), headers=kind),
            f"/api/models/{REPO}/tree/{COMMIT}": Served(json.dumps(tree).encode(), headers=kind),
        }
        for name, body in self.files.items():
            headers = {"X-Repo-Commit": COMMIT, "ETag": f'"{self._oid(name)}"'}
            routes[f"/{REPO}/resolve/{COMMIT}/{name}"] = Served(body, headers=headers)
        return routes | self.errors

    def _sibling(self, name: str) -> dict:
        lfs = {"sha256": self.promised, "size": len(WEIGHTS), "pointerSize": 134}
        sibling = {"rfilename": name, "size": len(self.files[name]), "blobId": self._oid(name)}
        return sibling | ({"lfs": lfs} if name == "model.safetensors" else {})

    def _entry(self, name: str) -> dict:
        size = len(self.files[name])
        return {"type": "file", "path": name, "size": size, "oid": self._oid(name)}

    def _oid(self, name: str) -> str:
        return hashlib.sha1(name.encode() + self.files[name]).hexdigest()


@pytest.fixture
def hub() -> FakeHub:
    return FakeHub()


@pytest.fixture
def download(llama, hub, tmp_path):
    """Download with `HF_ENDPOINT` set, which the client reads once a process."""

    def run(*arguments):
        with serving(hub.routes()) as server:
            home = str(tmp_path / "hf")
            variables = {"HF_ENDPOINT": server.url, "HF_HOME": home, "HF_TOKEN": "hf_test"}
            process = llama("download", *arguments, **variables)
            _, errors = process.communicate()
        return process.returncode, errors, server

    return run


def test_an_id_is_downloaded_from_the_hub_without_code_and_pickles(download, store, visible):
    """With the revision that was current, and the token sent."""
    code, errors, server = download(REPO)

    assert 0 == code, errors
    files = ["org/tiny/.fleet.json", "org/tiny/config.json", "org/tiny/model.safetensors"]
    assert files == visible()
    assert WEIGHTS == (store.path(REPO) / "model.safetensors").read_bytes()
    assert COMMIT == store.describe(REPO).manifest.revision
    assert "Bearer hf_test" == server.gets(f"/api/models/{REPO}")[0].headers["authorization"]
    assert [] == server.gets(f"/{REPO}/resolve/{COMMIT}/modeling_tiny.py")


def test_a_revision_may_be_named(download, store):
    """A branch, a tag or a commit."""
    code, errors, _ = download(f"hf:{REPO}@v1")

    assert 0 == code, errors
    assert f"hf:{REPO}@v1" == store.describe(REPO).manifest.source


def test_weights_other_than_the_hub_promised_are_refused(download, hub, store):
    """The client library compares sizes only."""
    hub.promised = "0" * 64
    code, errors, _ = download(REPO)

    assert 1 == code
    assert "model.safetensors is not what the hub promised" in errors
    assert [] == store.list()


def test_files_that_came_whole_are_not_fetched_again(download, hub, store):
    """A second attempt after a failure goes on with what is missing."""
    path = f"/{REPO}/resolve/{COMMIT}/model.safetensors"
    hub.errors[path] = Served(b"", status=403, headers={"X-Error-Message": "not now"})
    code, _, _ = download(REPO)

    assert 1 == code

    hub.errors.clear()
    code, errors, server = download(REPO)

    assert 0 == code, errors
    assert [] == server.gets(f"/{REPO}/resolve/{COMMIT}/config.json")


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("RepoNotFound", "the hub has no model org/tiny, or it is private"),
        ("GatedRepo", "org/tiny is gated: accept its terms on its page, then set HF_TOKEN"),
        ("RevisionNotFound", "org/tiny has no revision"),
    ],
)
def test_a_refusal_says_what_would_help(download, hub, kind, sentence):
    """One sentence, exit code 1."""
    refusal = Served(b"", status=404, headers={"X-Error-Code": kind})
    hub.errors[f"/api/models/{REPO}"] = refusal
    code, errors, _ = download(REPO)

    assert 1 == code
    assert sentence in errors


def test_a_hub_that_cannot_be_reached_is_one_sentence(llama):
    """As on a machine without a way to the internet."""
    process = llama("download", REPO, HF_ENDPOINT="http://127.0.0.1:9")
    _, errors = process.communicate()

    assert 1 == process.returncode
    assert "error: the hub cannot serve org/tiny: Connection refused\n" == errors


def test_a_file_name_cannot_lead_out_of_the_folder(download, hub, tmp_path):
    """A hub is not trusted with names either."""
    hub.files["../../evil.json"] = b"{}"
    code, errors, _ = download(REPO)

    assert 1 == code
    assert "refused: the file name '../../evil.json'" in errors
    assert [] == list(tmp_path.rglob("evil*"))


def test_a_repository_name_that_cannot_be_is_one_sentence(download):
    """The client checks names before it asks."""
    code, errors, _ = download("my/x", "--source", "hf:a//b")

    assert 1 == code
    assert 1 == len(errors.splitlines())


def test_several_gguf_files_are_refused_before_any_is_downloaded(download, hub):
    """Each is a whole model in another quantisation."""
    hub.files = {"a.gguf": b"a", "b.gguf": b"b"}
    code, errors, server = download(REPO)

    assert 1 == code
    assert "found 2 GGUF files where one is needed" in errors
    assert not any("/resolve/" in seen.path for seen in server.seen)
