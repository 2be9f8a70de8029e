"""Post-training and synthetic data by the SDKs that programs use, through the gateway of a whole fleet."""

import json
import subprocess

import pytest

pytestmark = pytest.mark.timeout(900)  # the first test waits for the fleet, and for pip


@pytest.fixture(scope="module")
def seen(fleet, client_bin, script):
    """What each SDK saw in each scenario."""

    def seen(client, name):
        facts = json.dumps({"base_url": fleet.base_url, "root": fleet.root})
        run = subprocess.run(
            [client_bin(client) / "python", script(name), facts],
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert 0 == run.returncode, run.stderr
        return json.loads(run.stdout)

    return {
        "0.7": seen("llama-stack-client", "post_training_with_llama_stack"),
        "0.2": seen("llama-stack-client-0.2", "post_training_with_llama_stack_0_2"),
    }


def test_a_job_of_the_newer_paths(seen):
    """Begun, listed, cancelled, and told of at the paths of Llama Stack 0.6 and 0.5 alike."""
    found = seen["0.7"]["life"]

    assert {"job_uuid": "sdk-7"} == found["made"]
    assert "ConflictError" == found["taken"]["class"]
    assert (True, True) == (found["listed"], found["old"])
    assert ["sdk-7", "cancelled"] == found["status"]
    assert {"job_uuid": "sdk-7", "checkpoints": [], "loss_curve": []} == found["artifacts"]


def test_what_is_wrong_is_told_at_once(seen):
    found = seen["0.7"]["refused"]

    assert "BadRequestError" == found["dataset"]["class"]
    assert "NotFoundError" == found["job"]["class"]


def test_a_job_of_the_older_paths(seen):
    """Begun on preferences, listed and cancelled as the SDK of Llama Stack 0.2 does it."""
    found = seen["0.2"]["life"]

    assert ("sdk-2", True, []) == (found["made"], found["listed"], found["checkpoints"])
    assert ["sdk-2", "cancelled", True] == found["status"]
    assert "NotFoundError" == found["after"]["class"]


def test_data_is_made(seen):
    """By a model behind the fleet; of four answers chance keeps one."""
    found = seen["0.2"]["data"]

    assert ["user", "assistant"] == [each["role"] for each in found["rows"][0]["messages"]]
    assert (1, 4, 1) == tuple(found["statistics"][name] for name in ("dialogs", "answers", "kept"))
