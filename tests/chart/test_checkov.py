"""Checkov's checks of Kubernetes objects: all of them, none left out."""

import json
import subprocess

from fleet_cli.distributions import distributions
from fleet_testing.peers import chart as checkers
from fleet_testing.rendered import released


def test_all_checks_pass_in_all_distributions(tmp_path):
    """With what a release adds: an image's digest is known only when it is made.

    What several distributions render to alike is checked once.
    """
    seen: set[str] = set()
    for name in distributions():
        fresh = set(released(name).split("\n---\n")) - seen
        (tmp_path / f"{name}.yaml").write_text("\n---\n".join(sorted(fresh)))
        seen |= fresh
    done = subprocess.run(
        [
            *(checkers() / "python", "-m", "checkov.main", "--framework", "kubernetes"),
            *("--directory", tmp_path, "--output", "json", "--compact"),
            *("--skip-download", "--quiet"),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    result = json.loads(done.stdout)
    failed = [
        f"{check['file_path']} {check['resource']}: {check['check_id']} {check['check_name']}"
        for check in result["results"]["failed_checks"]
    ]

    assert [] == failed
    assert 0 == result["summary"]["skipped"]
    assert 0 == result["summary"]["parsing_errors"]
    assert result["summary"]["resource_count"] >= len(seen)
    assert result["summary"]["passed"] > 10 * len(seen)
