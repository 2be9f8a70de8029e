"""Every Kubernetes that the chart is for takes what it renders to."""

import json
import subprocess
from pathlib import Path

import pytest

from fleet_cli.distributions import distributions
from fleet_testing.peers import chart as checkers
from fleet_testing.rendered import objects

VERSIONS = [f"1.{minor}" for minor in range(30, 38)]
FOREIGN = ("monitoring.coreos.com/", "keda.sh/", "gateway.networking.k8s.io/")
# What no distribution has.
MORE = (
    "gateway.autoscaling.kind=hpa",
    "gateway.ingress.enabled=true",
    "gateway.ingress.host=example.org",
    "gateway.ingress.tls_secret=cert",
    "gateway.tls_secret=cert",
    "gateway.service.type=LoadBalancer",
    "models.cache.size=20Gi",
    "models.cache.access_mode=ReadWriteMany",
    "models.adapters=true",
    "defaults.host_users=false",
    "defaults.runtime_class=kata",
    "defaults.pull_secrets[0]=registry",
    "priority_classes.create=true",
    "services.runner.gpu.count=1",
    "services.runner.gpu.resource=nvidia.com/mig-3g.40gb",
    "services.inference.replicas=3",
    "services.inference.max_unavailable=25%",
)
CLAIMED = ("services.runner.gpu.claim.device_class=gpu.nvidia.com",)


def problems(found, versions):
    """Return what strict validation against the schemas of some versions says."""
    ours = [o for o in found if not o["apiVersion"].startswith(FOREIGN)]
    unique = {json.dumps(o, sort_keys=True) for o in ours}
    script = Path(__file__).with_name("validate_objects.py")
    done = subprocess.run(
        [checkers() / "python", script, *versions],
        input=f"[{','.join(sorted(unique))}]",
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def test_all_versions_take_all_distributions():
    """Strictly: a field that a version does not know is an error, not left out."""
    found = [o for name in distributions() for o in objects(name)]

    assert [] == problems(found + objects("starter", *MORE), VERSIONS)


def test_claimed_devices_are_taken_from_1_34_on():
    """Before, they were called otherwise."""
    assert [] == problems(objects("starter", *CLAIMED), VERSIONS[4:])


@pytest.mark.parametrize("version", ["1.30", "1.37"])
def test_the_check_finds_a_field_that_is_not_there(version):
    """Else none of the above says anything."""
    [first] = [
        o
        for o in objects("starter")
        if o["kind"] == "Deployment" and o["metadata"]["name"] == "files"
    ]
    wrong = first | {"spec": first["spec"] | {"replica": 1}}

    assert 1 == len(problems([wrong], [version]))
