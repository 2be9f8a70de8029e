"""`llama record` as people use it: a command in front of a fake model server."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from fleet_testing.background import in_background
from fleet_testing.openai_upstream import openai_upstream

pytestmark = pytest.mark.slow

# What a test-suite does: asks the recorder, and says what came.
ASK = """
import json, os, sys, urllib.request
url = os.environ[sys.argv[1]] + "/v1/chat/completions"
body = {"model": "chat", "messages": [{"role": "user", "content": sys.argv[2]}]}
request = urllib.request.Request(url, json.dumps(body).encode(), {"content-type": "application/json"})
print(json.load(urllib.request.urlopen(request))["choices"][0]["message"]["content"])
sys.exit(int(sys.argv[3]))
"""


@pytest.fixture
def upstream():
    with in_background(openai_upstream()) as running:
        yield running


def asking(text="hello big world", variable="LLAMA_RECORDER_URL", code=0):
    return ("--", sys.executable, "-c", ASK, variable, text, str(code))


def test_a_command_finds_the_recorder_in_its_environment(llama: Callable, upstream, tmp_path: Path):
    """And needs no server the second time."""
    folder = ("--to", str(tmp_path))
    recorded = llama("record", "-u", upstream.root, *folder, *asking())
    nowhere = ("-u", "http://127.0.0.1:9", "--mode", "replay")
    replayed = llama("record", *nowhere, *folder, *asking())

    assert 0 == recorded.returncode, recorded.stderr
    assert "1 recorded" in recorded.stderr
    assert (0, recorded.stdout) == (replayed.returncode, replayed.stdout)
    assert "1 replayed" in replayed.stderr
    assert 1 == len(upstream.requests)


def test_the_exit_code_is_the_commands(llama: Callable, upstream, tmp_path: Path):
    """So it can stand in a pipeline."""
    folder = ("--to", str(tmp_path))

    assert 7 == llama("record", "-u", upstream.root, *folder, *asking(code=7)).returncode
    missing = llama("record", "-u", upstream.root, *folder, "--mode", "replay", *asking("other"))

    assert 1 == missing.returncode
    assert "1 not recorded" in missing.stderr
    no_command = llama("record", "-u", upstream.root, *folder, "--", "no-such-command")

    assert 127 == no_command.returncode
    assert "cannot run no-such-command" in no_command.stderr


def test_mode_folder_and_test_may_come_from_the_environment(
    llama: Callable, upstream, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """A pipeline sets them once; Llama Stack's own names are read too."""
    monkeypatch.setenv("LLAMA_STACK_TEST_RECORDING_DIR", str(tmp_path))
    monkeypatch.setenv("LLAMA_RECORDER_TEST", "test_of_mine")
    monkeypatch.setenv("LLAMA_STACK_TEST_INFERENCE_MODE", "record")
    llama("record", "-u", upstream.root, *asking())
    monkeypatch.setenv("LLAMA_STACK_TEST_INFERENCE_MODE", "replay")
    replayed = llama("record", "-u", "http://127.0.0.1:9", *asking())

    assert 0 == replayed.returncode, replayed.stderr
    assert ["test_of_mine"] == [path.name for path in tmp_path.iterdir()]


def test_several_servers_have_names_and_folders(llama: Callable, upstream, tmp_path: Path):
    """A test-suite may talk to more than one."""
    both = ("-u", f"my-server={upstream.root}", "-u", "other=grpc://127.0.0.1:9")
    folder = ("--to", str(tmp_path))
    done = llama("record", *both, *folder, *asking(variable="LLAMA_RECORDER_URL_MY_SERVER"))

    assert 0 == done.returncode, done.stderr
    assert 1 == len(list((tmp_path / "my-server").iterdir()))
    unnamed = llama("record", "-u", upstream.root, "-u", upstream.root, *asking())

    assert 2 == unnamed.returncode
    assert "need names" in unnamed.stderr


def test_what_is_no_server_is_said(llama: Callable):
    """Before anything runs."""
    done = llama("record", "-u", "api.openai.com", *asking())

    assert 1 == done.returncode
    assert "'api.openai.com' is no server; write https://" in done.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_without_a_command_it_records_until_told_to_stop(upstream, tmp_path: Path, number):
    """For programs that somebody else starts."""
    command = [str(Path(sys.executable).with_name("llama")), "record", "-u", upstream.root]
    with subprocess.Popen(
        [*command, "--to", str(tmp_path)], stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        url, _, rest = process.stderr.readline().partition(" ")
        asked = subprocess.run(
            asking()[1:],
            env={**os.environ, "LLAMA_RECORDER_URL": url},
            capture_output=True,
            check=True,
            timeout=60,
        )
        process.send_signal(number)
        said = process.communicate(timeout=60)[1]

    assert f"stands in for {upstream.root}" in rest
    assert b"hello big world" in asked.stdout
    assert (0, True) == (process.returncode, "1 recorded" in said)
    (file,) = tmp_path.iterdir()

    assert "chat" == json.loads(file.read_text())["request"]["model"]
