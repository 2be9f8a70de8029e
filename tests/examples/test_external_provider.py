"""The example of an external provider: installed as a stranger's package, and used through its values file."""

import json
import os
import subprocess
import sys
import urllib.error
import urllib.request
from pathlib import Path

import pytest
import yaml

from fleet_testing.fleet import running_fleet
from fleet_testing.venvs import ROOT

EXAMPLE = ROOT / "examples" / "external-provider"

pytestmark = pytest.mark.timeout(300)  # a busy machine takes its time to build and to start


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """What a process needs in its environment to have the package."""
    target = tmp_path_factory.mktemp("installed")
    pip = (sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    subprocess.run([*pip, "--no-deps", "--target", target, EXAMPLE], check=True, timeout=200)
    return {"PYTHONPATH": str(target)}


@pytest.fixture(scope="module")
def fleet(installed):
    values = yaml.safe_load((EXAMPLE / "fleet.yaml").read_text())
    with running_fleet(values, environ=installed) as fleet:
        yield fleet


def asked(fleet, path, **fields):
    """Return what the fleet answers, as bytes."""
    body = json.dumps({"model": "parrot/polly", **fields}).encode()
    headers = {"content-type": "application/json"}
    request = urllib.request.Request(f"{fleet.base_url}/{path}", body, headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read()


def test_a_fleet_answers_with_it(fleet):
    """Whole and streamed, though the provider only streams."""
    hello = [{"role": "user", "content": "hello you"}]
    whole = json.loads(asked(fleet, "chat/completions", messages=hello))
    events = asked(fleet, "chat/completions", messages=hello, stream=True).split(b"\n\n")
    chunks = [json.loads(event.removeprefix(b"data: ")) for event in events[:-2]]

    assert "hello you hello you" == whole["choices"][0]["message"]["content"]
    assert 8 == whole["usage"]["total_tokens"]
    assert ["hello", " you", " hello", " you", None] == [
        chunk["choices"][0]["delta"].get("content") for chunk in chunks
    ]
    assert b"data: [DONE]" == events[-2]


def test_its_errors_are_ours(fleet):
    """A caller cannot tell it from a provider of ours."""
    with pytest.raises(urllib.error.HTTPError) as caught:
        asked(fleet, "completions", prompt="hello")

    error = json.loads(caught.value.read())["error"]
    assert (501, "not_supported") == (caught.value.status, error["code"])
    assert "A parrot answers, but does not go on." == error["message"]


def test_a_wrong_setting_is_told_before_anything_starts(installed, tmp_path):
    """Its `Config` is checked as ours are."""
    values = yaml.safe_load((EXAMPLE / "fleet.yaml").read_text())
    values["services"]["inference"]["config"]["providers"][0]["config"] = {"repeet": 2}
    file = tmp_path / "wrong.yaml"
    file.write_text(yaml.safe_dump(values))
    command = [Path(sys.executable).with_name("llama"), "stack", "run", file, "--dry-run"]
    environment = {**os.environ, **installed, "COLUMNS": "200", "LLAMA_HOME": str(tmp_path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    assert 0 != done.returncode
    assert "did you mean 'repeat'?" in " ".join((done.stdout + done.stderr).split())


def test_its_own_tests_pass(installed):
    """An example that does not keep its own claims teaches the wrong thing."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", EXAMPLE / "tests"]
    # Our own plugins take longer to load than these tests to run.
    environment = {**os.environ, **installed, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}
    done = subprocess.run(
        command, env=environment, cwd=EXAMPLE, capture_output=True, text=True, check=False
    )

    assert 0 == done.returncode, done.stdout
