"""Several processes of a service: all work, and any may come and go."""

import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor, wait
from http.client import IncompleteRead

import pytest

from fleet_testing.gateway import error, eventually, running_worker

pytestmark = pytest.mark.slow

RARELY = {"interval": 600, "unhealthy_interval": 600}


def call_many(fleet, count, threads=4):
    """Make `count` calls, and return the answers."""
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(lambda _: fleet.chat(), range(count)))


def test_all_workers_get_calls(start):
    """One connection a worker process: each has to be an endpoint of its own."""
    fleet = start(workers=3)
    pids = {answer.json()["pid"] for answer in call_many(fleet, 60)}

    assert {worker.process.pid for worker in fleet.workers} == pids


def test_no_two_workers_share_a_port(fleet):
    """By default they may, and one of them would get all calls."""
    command = [sys.executable, "-m", "fleet_testing.gateway_worker"]
    second = subprocess.run(
        [*command, "--listen", fleet.workers[0].address],
        capture_output=True,
        check=False,
        timeout=60,
    )

    assert 0 != second.returncode


def test_calls_go_to_another_worker_if_one_is_not_there(start):
    """A connection that failed has done nothing yet, so the call is tried again."""
    fleet = start(workers=2, health_checks=RARELY, outliers={"failures": 1000})
    fleet.workers[0].process.kill()
    fleet.workers[0].process.wait()

    assert {200} == {fleet.chat().status for _ in range(20)}
    assert 0 < fleet.envoy.admin.stats("cluster.inference.upstream_rq_retry$").popitem()[1]


def test_what_a_service_refuses_as_unavailable_is_tried_again(fleet):
    """That code promises that nothing was done."""
    answer = fleet.chat(do="abort", code="UNAVAILABLE", key="unavailable", times=1)

    assert 200 == answer.status
    assert 2 == answer.json()["counts"]["unavailable"]


def test_what_broke_off_is_not_tried_again(start, fleet):
    """A POST may have done half of its work."""
    with running_worker() as worker:
        endpoints = [worker.address, fleet.workers[0].address]
        own = start(workers=0, routes={"inference": {"endpoints": endpoints}})
        with ThreadPoolExecutor(8) as pool:
            calls = [pool.submit(own.chat, do="hang", key="broken") for _ in range(8)]
            active = "cluster.inference.upstream_rq_active"
            eventually(lambda: own.envoy.admin.stats(f"^{active}$")[active] == 8)
            kept = eventually(lambda: fleet.count("broken"))
            worker.process.kill()
            broken = eventually(lambda: [c for c in calls if c.done()])
            still = fleet.count("broken")
            answers = [call.result() for call in broken]
            own.envoy.process.kill()
            wait(calls)

    assert {503} == {answer.status for answer in answers}
    assert "service_unavailable" == error(answers[0])["code"]
    assert kept == still


def test_a_killed_worker_costs_only_its_own_calls(start):
    """The others go on, and it is back by itself once it runs again."""
    fleet = start(workers=2)
    victim = fleet.workers[0]
    threads = 8
    killer = threading.Timer(0.3, victim.process.kill)
    killer.start()
    with ThreadPoolExecutor(threads) as pool:
        answers = list(pool.map(lambda _: chat_or_break_off(fleet), range(600)))
    killer.join()
    failed = [answer for answer in answers if answer is None or answer.status != 200]

    assert threads >= len(failed)
    assert {503} >= {answer.status for answer in failed if answer is not None}
    victim.process.wait()
    with running_worker(victim.address) as again:
        eventually(lambda: fleet.chat().json()["pid"] == again.process.pid)


def chat_or_break_off(fleet):
    """Return the answer to a call; nothing if it broke off in the middle, as it must when its worker dies then."""
    try:
        return fleet.chat()
    except IncompleteRead:
        return None


def test_a_worker_that_drains_costs_nothing(start):
    """A rollout is no outage."""
    fleet = start(workers=2)
    stopper = threading.Timer(0.3, fleet.workers[0].process.terminate)
    stopper.start()
    answers = call_many(fleet, 600)
    stopper.join()

    assert {200} == {answer.status for answer in answers}
    assert 0 == fleet.workers[0].process.wait(15)


def test_a_worker_that_says_it_cannot_serve_gets_no_calls(start):
    """It drains: what it has it ends, but nothing new comes."""
    fleet = start(workers=2)
    first = fleet.workers[0]
    with fleet.envoy.connected() as connection:
        # Streams on both, so that the one that drains has something to end.
        connection.request("POST", "/v1/chat/completions", '{"do": "hang", "begin": true}')
        connection.getresponse().readline()
        first.process.terminate()
        name = "cluster.inference.membership_healthy"
        eventually(lambda: fleet.envoy.admin.stats(f"^{name}$")[name] == 1)
        pids = {fleet.chat().json()["pid"] for _ in range(10)}

    assert {fleet.workers[1].process.pid} == pids


def test_the_gateway_drains_without_losing_a_stream(start):
    """Health fails first, so that no new callers come; those in flight go on to their end."""
    fleet = start()
    with ThreadPoolExecutor(2) as pool:
        stream = pool.submit(fleet.chat, do="stream", chunks=4, gap=0.5)
        active = "http.fleet.downstream_rq_active"
        eventually(lambda: fleet.envoy.admin.stats(f"^{active}$")[active])
        began = time.monotonic()
        drained = pool.submit(fleet.envoy.admin.drain, 20)
        eventually(lambda: fleet.envoy.call("GET", "/healthz").status == 503)
        during = fleet.chat()

        assert drained.result()
        assert 0.5 < time.monotonic() - began < 10
        assert stream.result().body.endswith(b"[DONE]\n\n")
    assert 200 == during.status
    assert "close" == during.headers["connection"]


def test_a_drain_ends_in_time(start):
    """A stream that never ends does not keep the gateway for ever."""
    fleet = start()
    with fleet.envoy.connected() as connection:
        connection.request("POST", "/v1/chat/completions", '{"do": "hang", "begin": true}')
        connection.getresponse().readline()

        assert not fleet.envoy.admin.drain(0.3)


@pytest.mark.parametrize("kind", ["endpoints", "dns"])
def test_workers_are_found_by_socket_and_by_name(start, tmp_path, kind):
    """Sockets on one machine, a headless Service in a cluster."""
    address = f"unix:{tmp_path}/w.sock" if kind == "endpoints" else None
    with running_worker(address) as worker:
        port = worker.address.rpartition(":")[2]
        places = {"endpoints": [worker.address], "dns": f"localhost:{port}"}
        own = start(workers=0, routes={"inference": {kind: places[kind]}})

        assert 200 == own.chat().status
