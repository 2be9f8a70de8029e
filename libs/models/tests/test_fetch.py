"""Downloading one file from a server that is not always well."""

import hashlib
import random
import socket

import pytest

from fleet_models.errors import ChecksumError, DownloadError, ModelError
from fleet_models.fetch import RemoteFile, fetch
from fleet_models.http import Http
from fleet_models.progress import silent
from fleet_testing.files import Served, serving

BODY = random.Random(2).randbytes(2_500_000)
SHA256 = hashlib.sha256(BODY).hexdigest()


@pytest.fixture
def server():
    with serving({"/file": Served(BODY)}) as server:
        yield server


def remote(server, sha256=SHA256) -> RemoteFile:
    return RemoteFile(f"{server.url}/file", "file", sha256)


def get(server, folder, sha256=SHA256):
    return fetch(Http(), remote(server, sha256), folder, silent)


def ranges(server) -> list[str | None]:
    return [seen.headers.get("range") for seen in server.gets("/file")]


def test_a_file_arrives_whole(server, tmp_path):
    """The plain case: the bytes, and nothing beside them."""
    path = get(server, tmp_path)

    assert BODY == path.read_bytes()
    assert ["file"] == [path.name for path in tmp_path.iterdir()]


def test_a_cut_connection_is_resumed_at_the_byte_where_it_broke(server, tmp_path):
    """A large download must survive a network that drops it, without starting over."""
    server.files["/file"].cuts += [1_100_000, 700_000]

    path = get(server, tmp_path)

    assert BODY == path.read_bytes()
    assert [None, "bytes=1100000-", "bytes=1800000-"] == ranges(server)


def test_another_version_on_the_server_is_not_glued_to_the_old_part(server, tmp_path):
    """Two halves of two files have no right checksum, however often one tries."""
    (tmp_path / "file.part").write_bytes(b"old" * 1000)
    (tmp_path / "file.part.etag").write_text('"old"')

    path = get(server, tmp_path)

    assert BODY == path.read_bytes()
    assert '"old"' == server.gets("/file")[0].headers["if-range"]


def test_a_part_that_is_complete_already_is_only_checked(server, tmp_path):
    """A process may die between the last byte and the renaming."""
    (tmp_path / "file").write_bytes(BODY)

    get(server, tmp_path)

    assert [] == ranges(server)


def test_a_part_larger_than_the_file_is_thrown_away(server, tmp_path):
    """The server answers such a range with 416, which must not end in a loop."""
    (tmp_path / "file.part").write_bytes(BODY + b"!")

    assert BODY == get(server, tmp_path).read_bytes()


def test_a_wrong_checksum_is_refused_and_nothing_is_kept(server, tmp_path):
    """What is not what was promised must never be read, nor resumed from."""
    with pytest.raises(ChecksumError, match="thrown away"):
        get(server, tmp_path, sha256="0" * 64)

    assert [] == list(tmp_path.iterdir())


def test_a_server_that_keeps_hanging_up_is_given_up_and_the_part_is_kept(server, tmp_path):
    """Attempts end when they bring nothing, and what came is not lost."""
    server.files["/file"].cuts += [1_000_000] + [0] * 10

    with pytest.raises(DownloadError, match="hung up at 1,000,000 of 2,500,000 bytes"):
        get(server, tmp_path)

    assert BODY[:1_000_000] == (tmp_path / "file.part").read_bytes()


def test_a_busy_server_is_asked_again(server, tmp_path):
    """503 passes; 404 does not."""
    server.files["/file"].status = 503

    with pytest.raises(DownloadError, match="answered 503"):
        get(server, tmp_path)

    assert 4 == len(ranges(server))


def test_a_missing_file_is_one_sentence(server, tmp_path):
    """And is not asked for again."""
    del server.files["/file"]

    with pytest.raises(DownloadError, match=r"answered 404 Not Found for http://127"):
        get(server, tmp_path)

    assert 1 == len(ranges(server))


def test_a_refused_connection_is_one_sentence(tmp_path):
    """The host is named, so that a wrong proxy or index can be found."""
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    file = RemoteFile(f"http://127.0.0.1:{port}/file", "file", SHA256)

    with pytest.raises(DownloadError, match=rf"cannot reach 127.0.0.1:{port}: connection refused"):
        fetch(Http(), file, tmp_path, silent)


def test_credentials_of_a_url_become_a_header_and_never_appear_in_an_error(server, tmp_path):
    """Private indexes have them in their URL; logs must not."""
    url = server.url.replace("http://", "http://me:s%40cret@") + "/absent"

    with pytest.raises(DownloadError) as caught:
        fetch(Http(), RemoteFile(url, "file", SHA256), tmp_path, silent)

    assert "cret" not in str(caught.value)
    assert "Basic bWU6c0BjcmV0" == server.seen[0].headers["authorization"]


def test_certificates_that_cannot_be_read_are_one_sentence(tmp_path):
    """The `cert` of pip may name a file that is gone."""
    with pytest.raises(DownloadError, match=r"cannot read the certificates in .*absent\.pem"):
        Http(ca_file=str(tmp_path / "absent.pem"))


def test_other_schemes_are_refused(tmp_path):
    """An index must not be able to point at files of this machine."""
    with pytest.raises(ModelError, match="only http and https"):
        fetch(Http(), RemoteFile("file:///etc/passwd", "file", SHA256), tmp_path, silent)


def test_progress_counts_what_is_there_in_bytes(server, tmp_path):
    """A resumed bar starts where it stopped."""
    (tmp_path / "file.part").write_bytes(BODY[:2_000_000])
    told = []

    fetch(Http(), remote(server), tmp_path, lambda *step: told.append(step))

    assert told[0][1] > 2_000_000
    assert ("file", 2_500_000, 2_500_000) == told[-1]
