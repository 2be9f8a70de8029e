"""Files pass the gateway both ways, whole or not at all, and nobody on the way holds more than a little of them."""

import hashlib
import json
import signal
import socket
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http.client import IncompleteRead
from itertools import islice

import pytest

from fleet_testing.gateway import error, eventually
from fleet_testing.transfer_worker import PIECE
from fleet_testing.transfers import FORM, UPLOADS, form, running_transfers

pytestmark = pytest.mark.slow

MIB = 1 << 20
BIG = 100 * MIB
SHA256 = hashlib.sha256(b"x" * BIG).hexdigest()


@pytest.fixture(scope="module", params=["native", "core"])
def fleet(request):
    """The gateway, with the service on either gRPC server."""
    with running_transfers(FLEET_GRPC=request.param) as found:
        yield found


def upload(fleet, body, **headers):
    """Upload a form, and return status and body of the answer."""
    with fleet.envoy.connected(60) as connection:
        connection.request("POST", UPLOADS, body, {"content-type": FORM, **headers})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())


def download(connection, name):
    """Begin a download, and return the answer once its head is here."""
    connection.request("GET", f"{UPLOADS}/{name}/content")
    return connection.getresponse()


def test_files_pass_in_flat_memory(fleet):
    """100 MiB up, again to a service that is slow, and down: not even a third of one stays anywhere."""
    upload(fleet, form(MIB))
    service, envoy = fleet.peaks()
    answers = [upload(fleet, form(BIG)), upload(fleet, form(BIG), **{"x-slow": "1"})]
    with fleet.envoy.connected(60) as connection:
        answer, size = download(connection, BIG), 0
        while part := answer.read(MIB):
            size += len(part)

    assert [(200, SHA256, BIG)] * 2 == [(s, told["id"], told["bytes"]) for s, told in answers]
    assert BIG == size
    assert fleet.peaks()[0] - service < 32 * MIB
    assert fleet.peaks()[1] - envoy < 32 * MIB


def test_fields_pass_as_the_sdks_write_them(fleet):
    """In brackets, before or after the file."""
    fields = [("purpose", "batch"), ("expires_after[anchor]", "created_at")]
    status, told = upload(fleet, form(10, [*fields, ("expires_after[seconds]", "3600")]))

    assert (200, 3600, "a.bin") == (status, told["expires_at"], told["filename"])


def test_other_bodies_are_415(fleet):
    """Told as all errors are."""
    kind = {"content-type": "application/json"}
    answer = fleet.envoy.call("POST", UPLOADS, "{}", kind)

    assert 415 == answer.status
    assert "unsupported_media_type" == error(answer)["code"]


def test_a_wrong_field_is_named(fleet):
    """Though the file was fine."""
    status, told = upload(fleet, form(10, [("purpose", "none")]))

    assert (400, "purpose") == (status, told["error"]["param"])


def test_a_refused_upload_is_told_at_once(fleet):
    """The caller need not send the rest, and sees why."""
    with calling(fleet) as caller:
        caller.sendall(head(**{"x-limit": str(MIB)}) + b"".join(islice(form(BIG), 32)))
        answer = caller.recv(4096)

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"file_too_large" in answer


def test_a_caller_who_leaves_breaks_the_upload_off(fleet):
    """The service is told at once, and keeps nothing."""
    broken, begun, ended = (fleet.count(what) for what in ("broken", "begun", "ended"))
    with calling(fleet) as caller:
        caller.sendall(head() + b"".join(islice(form(BIG), 32)))
        eventually(lambda: fleet.count("begun") == begun + 1)

    eventually(lambda: fleet.count("broken") == broken + 1)
    assert ended == fleet.count("ended")


def test_a_form_that_ends_early_is_no_file(fleet):
    """A caller that stops half-way, but in good order."""
    status, told = upload(fleet, islice(form(BIG), 32))

    assert (400, "invalid_form") == (status, told["error"]["code"])


def calling(fleet):
    return socket.create_connection(("127.0.0.1", fleet.envoy.file.port), 10)


def head(**headers):
    """Return the head of an upload, whose body is still to come."""
    lines = {"host": "x", "content-type": FORM, "content-length": 2 * BIG, **headers}
    text = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"POST {UPLOADS} HTTP/1.1\r\n{text}\r\n".encode()


def test_many_slow_uploads_hold_little_each(fleet):
    """For a retry, the gateway would else keep 32 MiB of every one of them."""
    _, envoy = fleet.peaks()
    with ThreadPoolExecutor(8) as pool:
        running = [pool.submit(upload, fleet, form(32 * MIB), **{"x-slow": "1"}) for _ in range(8)]
        statuses = [one.result()[0] for one in running]

    assert [200] * 8 == statuses
    assert fleet.peaks()[1] - envoy < 64 * MIB


def test_slow_readers_stop_nobody(fleet):
    """All calls to a service share one connection, and by default two slow downloads fill it."""
    with ExitStack() as stack:
        for _ in range(12):
            assert 200 == download(stack.enter_context(fleet.envoy.connected()), BIG).status
        answer = fleet.envoy.call("GET", f"{UPLOADS}/{MIB}/content")

    assert MIB == len(answer.body)


def test_a_reader_holds_the_service_back(fleet):
    """What nobody has read is not in anybody's memory."""
    before = fleet.count("sent")
    with fleet.envoy.connected() as connection:
        answer = download(connection, 4 * BIG)
        seen = [before]

        def stopped():
            seen.append(fleet.count("sent"))
            return seen[-1] == seen[-2] > before

        eventually(stopped)
        answer.close()

    assert (seen[-1] - before) * PIECE < BIG


def test_downloads_say_what_they_are(fleet):
    """In headers, which browsers save by and do not show."""
    answer = fleet.envoy.call("GET", f"{UPLOADS}/10/content")

    assert b"x" * 10 == answer.body
    assert "text/csv" == answer.headers["content-type"]
    assert "nosniff" == answer.headers["x-content-type-options"]
    assert (
        "attachment; filename=\"na_ve plan.csv\"; filename*=UTF-8''na%C3%AFve%20plan.csv"
        == answer.headers["content-disposition"]
    )


def test_what_fails_before_the_first_byte_is_an_error(fleet):
    """As all errors are told."""
    answer = fleet.envoy.call("GET", f"{UPLOADS}/nothing/content")

    assert 404 == answer.status
    assert "file_not_found" == error(answer)["code"]
    assert "content-disposition" not in answer.headers


def test_what_fails_later_is_no_clean_end(fleet):
    """Half a file must not look whole."""
    with fleet.envoy.connected() as connection, pytest.raises(IncompleteRead):
        download(connection, f"{10 * MIB}-broken").read()


@pytest.mark.parametrize("server", ["native", "core"])
def test_a_service_that_stops_breaks_its_downloads_off(server):
    """Those that its drain was too short for."""
    with running_transfers(FLEET_GRPC=server) as own, own.envoy.connected() as connection:
        answer = download(connection, 4 * BIG)
        answer.read(MIB)
        own.worker.send_signal(signal.SIGTERM)
        own.worker.wait(20)
        with pytest.raises(IncompleteRead):
            answer.read()


@pytest.mark.parametrize("option", ["--http1.1", "--http2-prior-knowledge"])
def test_nothing_is_204(fleet, option):
    """No body, and no type of one."""
    url = f"http://{fleet.envoy.target}/v1/vector-dbs/x"
    command = ["curl", "--silent", "--include", option, "--request", "DELETE", url]
    done = subprocess.run(command, capture_output=True, check=True, text=True)

    assert "204" == done.stdout.split()[1]
    assert "content-type" not in done.stdout
    assert "x-fleet-status" not in done.stdout


def test_connections_live_on_after_204(fleet):
    """A caller that waits for a body would wait for ever."""
    with fleet.envoy.connected(10) as connection:
        for method, path, status in (
            ("DELETE", "/v1/vector-dbs/x", 204),
            ("GET", UPLOADS + "/1", 200),
        ):
            connection.request(method, path)
            answer = connection.getresponse()

            assert status == answer.status
            assert (status == 200) == bool(answer.read())
