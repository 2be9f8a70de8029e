"""What Helm refuses, and with which words."""

import json

import pytest
import yaml

from fleet_cli.distributions import chart, distributions
from fleet_cli.settings import Values
from fleet_testing.helm import HelmError, helm
from fleet_testing.rendered import objects, text
from tools.gen.chart_facts import FACTS, chart_facts
from tools.gen.chart_readme import README, chart_readme

WRONG = {
    "gatewy.port=1": "at '': additional properties 'gatewy' not allowed",
    "gateway.prt=1": "at '/gateway': additional properties 'prt' not allowed",
    "gateway.service.type=Ingress": "at '/gateway/service/type': value must be one of",
    "services.files.replica=2": "at '/services/files': additional properties 'replica' not allowed",
    "services.files.config.provider=x": "at '/services/files/config': additional properties 'provider'",
    "services.tools.autoscaling.kind=vpa": "at '/services/tools/autoscaling/kind': value must be",
    "services.tools.image.digest=sha256:abc": "at '/services/tools/image/digest': 'sha256:abc' does not",
    "defaults.gpu.coun=1": "at '/defaults/gpu': additional properties 'coun' not allowed",
    "models.cache.sice=1Gi": "additional properties 'sice' not allowed",
    "postgres.enabled=true": "at '/postgres': additional properties 'enabled' not allowed",
    "monitoring.enabled=maybe": "at '/monitoring/enabled': got string, want boolean",
}


def test_the_schema_stops_every_mistyped_value():
    """All of it is closed: nothing that means nothing gets through."""
    sets = [part for wrong in WRONG for part in ("--set", wrong)]
    with pytest.raises(HelmError) as refused:
        helm("template", "fleet", chart(), "--values", distributions()["starter"], *sets)

    for said in WRONG.values():
        assert said in str(refused.value)


@pytest.mark.parametrize(
    ("sets", "said"),
    [
        (["services.gateway.api=inference"], "services.gateway: this name is the chart's own"),
        (["services.mine.api=weather"], 'services.mine.api: there is no API "weather" in this'),
        (["postgres.embedded=false"], "give postgres.existing_secret"),
        (["services.files.replicas=2"], "services.files.data.access_mode: several pods need"),
        (
            ["services.files.autoscaling.kind=hpa", "services.files.autoscaling.max=2"],
            "services.files.data.access_mode: several pods need ReadWriteMany",
        ),
        (
            ["gateway.autoscaling.kind=hpa", "gateway.autoscaling.min=0"],
            "gateway.autoscaling.min: only KEDA goes down to 0",
        ),
        (
            ["gateway.autoscaling.kind=hpa", "gateway.autoscaling.min=9"],
            "gateway.autoscaling.min: is more than max",
        ),
        (
            ["services.safety.autoscaling.kind=keda", "services.safety.autoscaling.min=0"],
            "services.safety.autoscaling.triggers: a pod that is not there uses no CPU",
        ),
        (
            ["services.safety.autoscaling.kind=hpa", "services.safety.autoscaling.cpu=null"],
            "services.safety.autoscaling: has no signal",
        ),
        (["models.adapters=true"], "models.adapters: adapters are on the volume models.cache"),
        (["gateway.tls.cert=/x", "gateway.tls.key=/y"], "in a cluster give gateway.tls_secret"),
        (["gateway.gateway_api.enabled=true"], "gateway.gateway_api.parents: name the Gateways"),
    ],
)
def test_values_that_do_not_fit_together_are_refused_by_name(sets, said):
    """The schema cannot say these; a release that half works would be worse."""
    with pytest.raises(HelmError) as refused:
        text("starter", tuple(sets))

    assert said in str(refused.value)


def test_claims_of_devices_are_refused_where_they_do_not_exist():
    """The API server would refuse them later, and less clearly."""
    asked = ("--kube-version", "1.33.0", "--set", "services.runner.gpu.claim.device_class=gpu")
    with pytest.raises(HelmError, match=r"gpu\.claim: needs Kubernetes 1\.34"):
        helm("template", chart(), "--values", distributions()["starter"], *asked)


def test_old_clusters_are_refused():
    """By `kubeVersion`."""
    with pytest.raises(HelmError, match=r"requires kubeVersion: >=1.30"):
        helm("template", chart(), "--kube-version", "1.29.0")


def test_one_registry_for_all_images():
    """As a cluster without a way out needs it."""
    found = json.dumps(objects("ha", "global.imageRegistry=mirror.example"))

    assert "mirror.example/llama-fleet/inference:" in found
    assert "ghcr.io/" not in found
    assert "docker.io/" not in found


def test_digests_of_a_release_are_not_put_to_other_tags():
    """They are of the release's images alone."""
    digest = "sha256:" + "1" * 64
    found = json.dumps(
        objects("starter", f"digests.files={digest}", f"digests.tools={digest}",
                "services.tools.image.tag=mine")
    )  # fmt: skip

    assert f"llama-fleet/files:0.1.0@{digest}" in found
    assert 'llama-fleet/tools:mine"' in found


def test_the_chart_renders_to_nothing_that_runs_without_services():
    """A service that is not named is not there, and so is no gateway."""
    found = helm("template", "fleet", chart())

    assert "kind: Deployment" not in found
    assert "kind: StatefulSet" not in found


def test_more_objects_are_templates_if_they_are_texts():
    """For what the chart has no values for."""
    more = "extra_objects[0]=kind: {{ .Release.Name }}"
    found = objects("starter", more, "extra_objects[1].kind=Other")

    assert {"fleet", "Other"} <= {o["kind"] for o in found}


def test_every_default_is_told_in_values_yaml():
    """What is not there is not in the README either; what it says is checked by the schema."""
    told = set((chart() / "values.yaml").read_text().replace(":", " ").split())
    sections = {"defaults", "postgres", "models", "monitoring", "network_policy"}
    for name, field in Values.model_fields.items():
        assert (field.alias or name) in told
        if name in sections:
            assert set(field.annotation.model_fields) <= told, name


def test_generated_files_are_up_to_date():
    """Run `make gen`. Whether the schema is, `make check` sees."""
    assert chart_facts() == yaml.safe_load(FACTS.read_text())
    assert chart_readme() == README.read_text()
