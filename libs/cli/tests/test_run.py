"""Fleets of stub services: real processes under a real supervisor."""

import json
import signal
import socket
import stat
import time
import urllib.request
from itertools import pairwise

import psutil
import pytest
import yaml

from fleet_cli.ports import free_ports

pytestmark = pytest.mark.slow


def test_a_fleet_is_ready_when_every_replica_is(fleet):
    """However long one of them takes."""
    fleet.start(slow={"behaviour": {"ready_after": 1}}, twice={"replicas": 2})

    assert ["ready"] * 3 == [program.condition for program in fleet.state.programs]
    assert {"slow", "twice", "twice-2"} == set(fleet.pids())


def test_a_service_that_dies_is_started_again_while_others_go_on(fleet):
    """One crash is no outage of the rest."""
    fleet.start(first={}, second={})
    before = fleet.pids()
    psutil.Process(before["first"]).kill()
    after = fleet.wait_for(
        lambda s: s.programs[0].restarts == 1 and s.programs[0].condition == "ready"
    )

    assert before["second"] == fleet.pids()["second"]
    assert before["first"] != fleet.pids()["first"]
    assert after.programs[0].detail.startswith("was ended by SIGKILL")


def test_restarts_back_off(fleet):
    """A service that dies at once must not use up the machine."""
    fleet.start(first={"behaviour": {"die_after": 0.3}}, second={})
    fleet.wait_for(lambda s: s.programs[0].restarts >= 3)
    starts = [
        float(line.split()[0])
        for line in fleet.journal.read_text().splitlines()
        if "first started" in line
    ]
    pauses = [later - earlier for earlier, later in pairwise(starts)]

    # A start takes as long as the machine likes, so only what a pause is at least can be told.
    assert [
        pause >= 0.3 + least for pause, least in zip(pauses, (0.5, 1.0, 2.0), strict=False)
    ] == [True] * len(pauses)
    assert fleet.state.phase == "ready"


@pytest.mark.parametrize(("ours", "theirs"), [(None, "PASSIVE"), ("ACTIVE", "ACTIVE")])
def test_engines_do_not_spin_while_they_wait(fleet, monkeypatch, ours, theirs):
    """The others of the fleet need the CPU, unless its owner says otherwise."""
    monkeypatch.delenv("OMP_WAIT_POLICY", raising=False)
    if ours:
        monkeypatch.setenv("OMP_WAIT_POLICY", ours)
    fleet.start(first={})

    assert theirs == psutil.Process(fleet.pids()["first"]).environ()["OMP_WAIT_POLICY"]


def test_a_service_is_told_how_much_to_log(fleet):
    """A busy one may say of its errors only."""
    fleet.start(first={"log_level": "error"}, second={})
    levels = [
        psutil.Process(fleet.pids()[name]).environ()["FLEET_LOG_LEVEL"]
        for name in ("first", "second")
    ]

    assert ["error", "info"] == levels


def test_ctrl_c_drains(fleet, gone):
    """Ctrl-C reaches the supervisor alone, which lets every service end by itself."""
    fleet.start(first={}, second={})
    pids = fleet.pids()
    text = fleet.signal(signal.SIGINT)

    assert {"first", "second"} == set(fleet.journal_of("stopped"))
    assert all(gone(pid) for pid in pids.values())
    assert "stopped" == fleet.state.phase
    assert "Traceback" not in text


def test_ctrl_c_while_it_starts_stops_it(fleet):
    """A person need not wait for a slow start to stop it."""
    fleet.start_nowait(first={}, second={"behaviour": {"ready_after": 60}})
    fleet.wait_for(lambda s: s.programs[0].condition == "ready")
    text = fleet.signal(signal.SIGINT)

    assert "stopped" == fleet.state.phase
    assert "Traceback" not in text


def test_nothing_outlives_a_killed_supervisor(fleet, gone):
    """No orphan keeps ports and memory, not even after `kill -9`."""
    fleet.start(first={}, second={})
    pids = fleet.pids()
    fleet.signal(signal.SIGKILL)
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline and not all(gone(pid) for pid in pids.values()):
        time.sleep(0.05)

    assert all(gone(pid) for pid in pids.values())


def test_a_fleet_starts_again_after_its_supervisor_was_killed(fleet, llama):
    """What a dead supervisor left is no obstacle."""
    fleet.start(first={})
    fleet.signal(signal.SIGKILL)
    done = llama("stack", "run", "--detach", str(fleet.write(first={})))

    assert 0 == done.returncode, done.stderr


def test_a_service_that_cannot_start_fails_the_fleet_with_its_log(fleet, llama):
    """The cause is told where the person looks."""
    file = fleet.write(first={})
    file.write_text("services: {stub: {config: {journal: /no/such/folder/journal}}}\n")
    done = llama("stack", "run", "--detach", str(file))

    assert 1 == done.returncode
    assert "stub ended with exit code 1 before it was ready; its log ends:" in done.stderr
    assert "/no/such/folder/journal" in done.stderr


def test_detach_status_logs_and_stop(fleet, llama):
    """The whole life of a fleet in the background."""
    done = llama("stack", "run", "--detach", str(fleet.write(first={}, second={})))
    assert 0 == done.returncode, done.stderr
    assert "The fleet is ready" in done.stdout

    status = llama("stack", "status").stdout
    assert "fleet is ready" in status
    assert 2 == status.count("127.0.0.1:") + status.count("unix:")

    assert 0 == llama("stack", "logs", "first").returncode
    assert "is running already" in llama("stack", "run", str(fleet.write(first={}))).stderr

    stopped = llama("stack", "stop")
    assert 0 == stopped.returncode, stopped.stderr
    assert "fleet is stopped" in stopped.stdout
    assert {"first", "second"} == set(fleet.journal_of("stopped"))

    assert "no fleet is running" in llama("stack", "status").stderr


def test_logs_show_what_a_service_says(fleet, llama):
    """All that it writes, whichever stream it takes."""
    fleet.start(first={"behaviour": {"says": "hello from the stub"}}, second={})

    assert "hello from the stub" in llama("stack", "logs", "first").stdout
    assert "first" in llama("stack", "logs").stdout
    assert "no service 'third'" in llama("stack", "logs", "third").stderr


def test_only_the_user_can_look_into_the_files(fleet):
    """Configs and logs are nobody else's business."""
    fleet.start(first={})

    assert 0o700 == stat.S_IMODE(fleet.run.path.stat().st_mode)


def test_a_taken_port_is_told_with_who_has_it(fleet, llama):
    """And how to choose another."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        file = fleet.write(first={"expose": True})
        done = llama("stack", "run", str(file), "--port", str(port))

    assert 1 == done.returncode
    assert f"error: port {port} is taken by process" in done.stderr
    assert "choose another with --port" in done.stderr


def test_dry_run_starts_nothing(fleet, llama):
    """It shows what would run."""
    done = llama("stack", "run", "--dry-run", str(fleet.write(first={}, second={"replicas": 3})))

    assert ["second", "stub", "3"] == done.stdout.splitlines()[2].split()
    assert not fleet.run.path.exists()


def test_the_database_is_there_before_who_needs_it(fleet):
    """A service that names it finds it, migrated or not."""
    fleet.start(first={"behaviour": {"database": {"env": "DATABASE_URL"}}})

    assert ["postgres", "first"] == [program.name for program in fleet.state.programs]
    assert "postgresql://" in fleet.journal.read_text()


def test_the_gateway_comes_last_and_answers(fleet, llama, tmp_path):
    """The real Envoy before the real service, with an upstream that is not there."""
    port = free_ports(1)[0]
    config = {"base_url": "http://127.0.0.1:1/v1"}
    provider = {"id": "away", "type": "remote::openai", "config": config}
    inference = {"expose": True, "config": {"providers": [provider]}}
    file = tmp_path / "fleet.yaml"
    file.write_text(
        yaml.safe_dump({"gateway": {"port": port}, "services": {"inference": inference}})
    )
    done = llama("stack", "run", "--detach", str(file))
    assert 0 == done.returncode, done.stderr

    inference, gateway = fleet.state.programs
    assert ("inference", "gateway") == (inference.name, gateway.name)
    assert inference.since + inference.took < gateway.since
    assert f"curl http://127.0.0.1:{port}/v1/" in done.stdout
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/v1/models", timeout=10) as answer:
        assert {"object": "list", "data": []} == json.load(answer)

    assert 0 == llama("stack", "stop").returncode
