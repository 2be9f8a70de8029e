"""The Batch API, through the whole fleet."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from fleet_testing.fleet import running_fleet

pytestmark = pytest.mark.timeout(600)  # the first test waits for the fleet

SDKS = {
    "openai-2": "openai",
    "openai-3": "openai",
    "llama-stack-client": "llama_stack_client",
}


def store(name):
    return {"database": {"url": f"sqlite:///{name}.sqlite"}}


@pytest.fixture(scope="module")
def fleet(upstream):
    """A fleet with all that batches ask."""
    remote = {"id": "remote", "type": "remote::openai", "config": {"base_url": upstream.url}}
    silent = {"id": "silent", "provider": "remote", "provider_model_id": "hang"}
    disk = {"id": "disk", "type": "inline::localfs"}
    alone = {"files": None, "tools": None, "vector_io": None}
    configs = {
        "inference": {"providers": [remote], "models": [silent]},
        "files": {"providers": [disk], "store": store("files")},
        "agents": {"store": store("agents"), **alone},
        "batches": {"store": store("batches")},
        "inspect": {"services": ["batches", "files"]},
    }
    services = {name: {"expose": True, "config": config} for name, config in configs.items()}
    with running_fleet({"services": services}) as fleet:
        yield fleet


@pytest.fixture(scope="module", params=SDKS)
def seen(request, fleet, client_bin, script):
    """What an SDK saw in each scenario."""
    facts = {
        "base_url": fleet.base_url,
        "root": fleet.root,
        "sdk": SDKS[request.param],
        "chat": "chat",
        "embedding": "text-embedder",
    }
    run = subprocess.run(
        [client_bin(request.param) / "python", script("with_batches"), json.dumps(facts)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    found = json.loads(run.stdout)
    for told in found.values():
        assert "failed" not in told or isinstance(told, list), told["failed"]
    return found


def test_lines_are_answered(seen):
    """Each in one of the files, with what a caller would have got."""
    found = seen["answered"]
    (refused,) = found["errors"]

    assert ("validating", "completed", [3, 2, 1]) == (
        found["begun"],
        found["status"],
        found["counts"],
    )
    assert ({"team": "owls"}, 24 * 3600, True) == (
        found["metadata"],
        found["window"],
        found["is_listed"],
    )
    assert ["a", "c"] == [each["custom_id"] for each in found["output"]]
    assert "chat.completion" == found["output"][0]["response"]["body"]["object"]
    assert ("b", 400) == (refused["custom_id"], refused["response"]["status_code"])
    assert "tool_choice" == refused["response"]["body"]["error"]["param"]


def test_other_endpoints_are_asked(seen):
    """Vectors, and responses of the agents service."""
    assert [["completed", "list"], ["completed", "response"]] == seen["other_endpoints"]


def test_bad_lines_are_named(seen):
    """By their numbers."""
    assert [
        "failed",
        [[2, "duplicate_custom_id", "custom_id"], [3, "model_not_found", "body.model"]],
    ] == seen["bad_lines"]


def test_batches_are_cancelled(seen):
    """Where there is something to cancel; the SDKs raise their own errors."""
    found = seen["cancelled"]

    assert found["status"] in ("cancelling", "cancelled")
    assert ["ConflictError", 409] == [found["after"]["class"], found["after"]["status_code"]]
    assert ["NotFoundError", 404] == [found["nobody"]["class"], found["nobody"]["status_code"]]


def test_requests_are_sent_again(seen):
    """By a key that the caller chooses."""
    found = seen["sent_again"]

    assert found["same"]
    assert 409 == found["other"]["status_code"]


def test_the_fleet_tells_of_its_provider(fleet, plain_http):
    """As Llama Stack calls it."""
    listed = plain_http(fleet.target).call("GET", "/v1/providers").json()["data"]

    assert ["inline::reference"] == [
        each["provider_type"] for each in listed if each["api"] == "batches"
    ]


def test_the_command_line_runs_a_batch(fleet, tmp_path):
    """Uploaded, watched to its end, and its answers fetched."""
    body = {"model": "chat", "messages": [{"role": "user", "content": "ahoy"}]}
    line = {"custom_id": "a", "method": "POST", "url": "/v1/chat/completions", "body": body}
    requests, answers = tmp_path / "requests.jsonl", tmp_path / "answers.jsonl"
    requests.write_text(json.dumps(line))

    def llama(*arguments):
        command = [Path(sys.executable).with_name("llama"), "batch", *arguments]
        done = subprocess.run(
            [*command, "--url", fleet.base_url],
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        assert 0 == done.returncode, done.stderr
        return done.stdout

    batch_id = llama("run", requests, "--watch").strip()
    llama("results", batch_id, "-o", answers)
    answer = json.loads(answers.read_text())

    assert "a" == answer["custom_id"]
    assert "ahoy" == answer["response"]["body"]["choices"][0]["message"]["content"]
