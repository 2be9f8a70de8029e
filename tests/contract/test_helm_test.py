"""What `helm test` runs, before a fleet: it passes when all is well, and fails when it is not."""

import os
import subprocess
import sys

from fleet_cli.distributions import chart


def smoke(fleet, **asked):
    """Run it as the chart's pod does."""
    return subprocess.run(
        [sys.executable, chart() / "files/smoke.py"],
        env=os.environ | {"GATEWAY": fleet.root, **asked},
        capture_output=True,
        text=True,
        check=False,
        timeout=150,
    )


def test_a_fleet_that_is_well_passes(fleet):
    """A chat whole and streamed by a real engine, and a text that is found again by what it says."""
    done = smoke(fleet, MODEL="engine", DOCUMENTS="yes")

    assert 0 == done.returncode, done.stdout + done.stderr
    assert [
        "the gateway is well",
        "engine answered",
        "a text was kept, found and removed",
    ] == [line for line in done.stdout.splitlines() if "known" not in line and "events" not in line]


def test_a_model_that_does_not_answer_fails(fleet):
    """The release's owner is told what the fleet said."""
    done = smoke(fleet, MODEL="down/x")

    assert 1 == done.returncode
    assert "POST /v1/chat/completions: " in done.stderr
