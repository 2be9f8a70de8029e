"""Streams pass as they are made, last as long as they like, and end when either side leaves."""

import json
import time
from http.client import IncompleteRead
from itertools import pairwise

import pytest

from fleet_testing.gateway import CHAT, eventually

pytestmark = pytest.mark.slow


def begin(connection, **do):
    """Start a call, and return the answer once its head is here."""
    connection.request("POST", CHAT, json.dumps(do))
    return connection.getresponse()


def test_each_chunk_comes_when_it_is_made(fleet):
    """Nothing on the way waits for more."""
    with fleet.envoy.connected() as connection:
        answer = begin(connection, do="stream", chunks=3, gap=0.3)
        came = []
        while line := answer.readline():
            if line.startswith(b"data: "):
                came.append(time.monotonic())

    gaps = [after - before for before, after in pairwise(came)]
    assert "text/event-stream" == answer.headers["content-type"]
    assert 4 == len(came)
    assert all(gap > 0.2 for gap in gaps[:2])


def test_pings_do_not_end_quiet_streams(start):
    """By default gRPC servers answer pings on quiet streams with GOAWAY: a silent truncation."""
    fleet = start(timeouts={"keepalive": 0.1})
    answer = fleet.chat(do="stream", chunks=3, gap=1)

    assert b"data: 0\n\ndata: 1\n\ndata: 2\n\ndata: [DONE]\n\n" == answer.body


def test_streams_outlast_the_deadline_of_other_calls(start):
    """A long answer is no late answer."""
    fleet = start(timeouts={"unary": 0.3})
    answer = fleet.chat(do="stream", chunks=3, gap=0.4)

    assert answer.body.endswith(b"[DONE]\n\n")


def test_streams_that_went_silent_end(start):
    """A stuck upstream holds no connection for ever; the caller sees that it broke off."""
    fleet = start(timeouts={"stream_idle": 0.5})
    with fleet.envoy.connected() as connection:
        answer = begin(connection, do="hang", begin=True)
        with pytest.raises(IncompleteRead):
            answer.read()


def test_a_caller_who_leaves_cancels_the_call(fleet):
    """Else the engine works for nobody."""
    before = fleet.count("cancelled")
    with fleet.envoy.connected() as connection:
        answer = begin(connection, do="hang", begin=True)
        answer.readline()
        answer.close()

    eventually(lambda: fleet.count("cancelled") == before + 1)


def test_a_caller_who_leaves_before_the_answer_cancels_too(fleet):
    """Also while the first token is being made."""
    before = fleet.count("cancelled")
    with fleet.envoy.connected() as connection:
        connection.request("POST", CHAT, '{"do": "hang", "key": "leaving"}')
        eventually(lambda: fleet.count("leaving"))

    eventually(lambda: fleet.count("cancelled") == before + 1)


def test_big_answers_pass_in_small_messages(fleet):
    """The transcoder refuses single messages over 1 MiB, and holds none of these."""
    answer = fleet.chat(do="big", messages=32)

    assert 200 == answer.status
    assert 8 << 20 == len(answer.body)


def test_a_killed_service_is_no_clean_end(start):
    """A truncated answer must not look whole."""
    fleet = start()
    with fleet.envoy.connected() as connection:
        answer = begin(connection, do="hang", begin=True)
        answer.readline()
        fleet.workers[0].process.kill()
        with pytest.raises(IncompleteRead):
            answer.read()
