"""What kube-linter, kube-score and polaris look for and Checkov does not, for each object of each distribution.

Sources: `docs/generated/checks.md` of stackrox/kube-linter, `README_CHECKS.md` of zegl/kube-score, `checks/` of
FairwindsOps/polaris. The name of a check stands where it is done.
"""

import json
from collections import Counter
from collections.abc import Iterator

import pytest
import yaml

from fleet_testing.rendered import Object, objects

WORKLOADS = ("Deployment", "StatefulSet", "Job")
SCALERS = ("HorizontalPodAutoscaler", "ScaledObject")
REQUIRED_LABELS = {
    "app.kubernetes.io/name",
    "app.kubernetes.io/instance",
    "app.kubernetes.io/component",
    "app.kubernetes.io/part-of",
    "app.kubernetes.io/version",
    "app.kubernetes.io/managed-by",
    "helm.sh/chart",
}


def of_kind(found: list[Object], *kinds: str) -> list[Object]:
    return [o for o in found if o["kind"] in kinds]


def name(found: Object) -> str:
    return f"{found['kind']}/{found['metadata']['name']}"


def pod(workload: Object) -> Object:
    return workload["spec"]["template"]["spec"]


def pods(found: list[Object]) -> list[tuple[str, Object]]:
    """Return every pod spec, with the name of what makes it."""
    return [(name(o), pod(o)) for o in of_kind(found, *WORKLOADS)]


def pod_labels(found: list[Object]) -> dict[str, Object]:
    return {
        name(o): o["spec"]["template"]["metadata"]["labels"] for o in of_kind(found, *WORKLOADS)
    }


def containers(spec: Object) -> list[Object]:
    return [*spec.get("initContainers", []), *spec["containers"]]


def probes(found: list[Object]) -> Iterator[tuple[str, Object, dict[str, Object]]]:
    """Yield each container that serves, with its probes."""
    for o in of_kind(found, "Deployment", "StatefulSet"):
        for container in pod(o)["containers"]:
            kinds = ("startupProbe", "readinessProbe", "livenessProbe")
            yield name(o), container, {kind: container[kind] for kind in kinds}


def selects(selector: Object, labels: Object) -> bool:
    """Whether a selector of labels finds a pod."""
    matched = selector.get("matchLabels", {}).items() <= labels.items()
    return matched and all(
        rule["operator"] == "In" and labels.get(rule["key"]) in rule["values"]
        for rule in selector.get("matchExpressions", [])
    )


def ports(spec: Object) -> dict[str, int]:
    return {p["name"]: p["containerPort"] for c in spec["containers"] for p in c.get("ports", [])}


def test_objects_have_all_recommended_labels_and_a_namespace(objects):
    """required-label, use-namespace, metadataAndInstanceMismatched: so `helm template | kubectl apply` goes right."""
    for o in objects:
        assert o["metadata"]["labels"].keys() >= REQUIRED_LABELS, name(o)
        assert o["metadata"]["labels"]["app.kubernetes.io/instance"] == "fleet"
        if o["kind"] != "PriorityClass":
            assert "fleet" == o["metadata"].get("namespace"), name(o)


def test_no_name_is_given_twice(objects):
    """Helm would apply one over the other."""
    counted = Counter((name(o), o["apiVersion"]) for o in objects)

    assert [] == [who for who, times in counted.items() if times > 1]


def test_selectors_find_their_own_pods_and_stay_for_ever(objects):
    """mismatching-selector, *-pod-selector-labels-match-template: a version among them would make upgrades fail."""
    for o in of_kind(objects, "Deployment", "StatefulSet"):
        labels = o["spec"]["selector"]["matchLabels"]

        assert labels.items() <= o["spec"]["template"]["metadata"]["labels"].items(), name(o)
        assert {"name", "instance", "component"} == {key.rpartition("/")[2] for key in labels}


def test_services_lead_to_pods_and_ports_that_exist(objects):
    """dangling-service, service-targets-pod, invalid-target-ports."""
    labels = pod_labels(objects)
    specs = dict(pods(objects))
    for o in of_kind(objects, "Service"):
        found = [who for who, own in labels.items() if o["spec"]["selector"].items() <= own.items()]

        assert len(found) == 1, name(o)
        assert {p["targetPort"] for p in o["spec"]["ports"]} <= ports(specs[found[0]]).keys()


def test_stateful_sets_have_their_service(objects):
    """statefulset-has-servicename."""
    services = {o["metadata"]["name"] for o in of_kind(objects, "Service")}

    assert {o["spec"]["serviceName"] for o in of_kind(objects, "StatefulSet")} <= services


def test_every_pod_is_behind_a_policy_for_both_ways(objects):
    """non-isolated-pod, pod-networkpolicy: what is not allowed to a pod is denied."""
    policies = [o["spec"] for o in of_kind(objects, "NetworkPolicy")]
    for who, labels in pod_labels(objects).items():
        own = [p for p in policies if selects(p["podSelector"], labels)]

        assert {"Ingress", "Egress"} == {way for p in own for way in p["policyTypes"]}, who


def test_policies_are_about_pods_and_ports_that_exist(objects):
    """dangling-networkpolicy, dangling-networkpolicypeer-podselector, networkpolicy-targets-pod."""
    labels = pod_labels(objects)
    specs = dict(pods(objects))
    for o in of_kind(objects, "NetworkPolicy"):
        targets = [who for who, own in labels.items() if selects(o["spec"]["podSelector"], own)]
        assert targets, name(o)
        for rule in o["spec"].get("ingress", []):
            named = {p["port"] for p in rule.get("ports", []) if isinstance(p["port"], str)}
            assert all(named <= ports(specs[who]).keys() for who in targets), name(o)
        rules = [*o["spec"].get("ingress", []), *o["spec"].get("egress", [])]
        for peer in (p for r in rules for p in (*r.get("from", []), *r.get("to", []))):
            if "podSelector" in peer:
                assert any(selects(peer["podSelector"], own) for own in labels.values()), name(o)


def test_calls_that_the_fleet_needs_are_allowed(objects):
    """Default deny must not deny the fleet to itself: gateway to services, services to each other and the database."""
    labels = pod_labels(objects)
    policies = of_kind(objects, "NetworkPolicy")
    services = [o for o in of_kind(objects, "Deployment") if "grpc" in ports(pod(o))]
    wanted = {(name(a), name(b), "grpc") for a in services for b in services}
    wanted |= {("Deployment/gateway", f"Deployment/{n}", "grpc") for n in _routed(objects)}
    for o in of_kind(objects, "StatefulSet"):
        wanted |= {(name(s), name(o), "postgres") for s in services if _uses_database(s)}
    specs = dict(pods(objects))
    for caller, called, port in wanted:
        at = {port, ports(specs[called])[port]}
        ways = (("egress", "to", caller, called), ("ingress", "from", called, caller))
        for way, peers, subject, other in ways:
            own = [
                p["spec"] for p in policies if selects(p["spec"]["podSelector"], labels[subject])
            ]
            rules = [rule for spec in own for rule in spec.get(way, [])]
            assert any(_met(rule, peers, labels[other], at) for rule in rules), (
                caller,
                called,
                way,
            )


def _routed(found: list[Object]) -> list[str]:
    [data] = [
        o["data"]["gateway.yaml"]
        for o in of_kind(found, "ConfigMap")
        if o["metadata"]["name"] == "gateway"
    ]
    return list(yaml.safe_load(data)["routes"])


def _uses_database(workload: Object) -> bool:
    return '"DATABASE_URL"' in json.dumps(pod(workload)["volumes"])


def _met(rule: Object, peers: str, other: Object, at: set[str | int]) -> bool:
    """Whether a rule is about `other`, and about a port of which `at` are name and number."""
    if "ports" in rule and not at & {p["port"] for p in rule["ports"]}:
        return False
    return peers not in rule or any(
        "podSelector" in peer and selects(peer["podSelector"], other) for peer in rule[peers]
    )


def test_scalers_scale_what_exists_and_nothing_else_does(objects):
    """dangling-hpa, horizontalpodautoscaler-has-target, deployment-targeted-by-hpa-does-not-have-replicas-configured.

    Helm applies on the server's side: replicas that a scaler has changed would make the next upgrade fail.
    """
    deployments = {o["metadata"]["name"]: o["spec"] for o in of_kind(objects, "Deployment")}
    scaled = [o["spec"]["scaleTargetRef"]["name"] for o in of_kind(objects, *SCALERS)]

    assert len(scaled) == len(set(scaled))
    for target, spec in deployments.items():
        assert ("replicas" in spec) == (target not in scaled), target


def test_scalers_leave_room_both_ways(objects):
    """hpaMinAvailability, hpaMaxAvailability, hpa-minimum-replicas."""
    for o in of_kind(objects, "HorizontalPodAutoscaler"):
        assert 1 < o["spec"]["minReplicas"] < o["spec"]["maxReplicas"], name(o)
        assert o["spec"]["metrics"], name(o)


def test_what_has_several_pods_keeps_some_when_nodes_are_drained(objects):
    """deployment-has-poddisruptionbudget, pdb-max-unavailable, pdb-unhealthy-pod-eviction-policy.

    pdbMinAvailableGreaterThanHPAMinReplicas: and where there is one, no budget keeps its node from being drained.
    """
    fewest = {
        o["metadata"]["name"]: o["spec"].get("replicas") for o in of_kind(objects, "Deployment")
    }
    for o in of_kind(objects, "HorizontalPodAutoscaler"):
        fewest[o["metadata"]["name"]] = o["spec"]["minReplicas"]
    budgets = {o["metadata"]["name"]: o["spec"] for o in of_kind(objects, "PodDisruptionBudget")}

    assert {who for who, count in fewest.items() if count > 1} == budgets.keys()
    for spec in budgets.values():
        assert "minAvailable" not in spec
        assert 1 == spec["maxUnavailable"]
        assert "AlwaysAllow" == spec["unhealthyPodEvictionPolicy"]


def test_pods_of_a_kind_are_kept_apart(objects):
    """no-anti-affinity, deployment-has-host-podantiaffinity, topologySpreadConstraint."""
    for o in of_kind(objects, "Deployment", "StatefulSet"):
        labels = o["spec"]["template"]["metadata"]["labels"]
        [term] = pod(o)["affinity"]["podAntiAffinity"][
            "preferredDuringSchedulingIgnoredDuringExecution"
        ]
        spread = pod(o)["topologySpreadConstraints"]

        assert "kubernetes.io/hostname" == term["podAffinityTerm"]["topologyKey"]
        assert selects(term["podAffinityTerm"]["labelSelector"], labels), name(o)
        assert ["topology.kubernetes.io/zone", "kubernetes.io/hostname"] == [
            s["topologyKey"] for s in spread
        ]
        assert all(selects(s["labelSelector"], labels) for s in spread)


def test_updates_take_no_pod_before_another_is_ready(objects):
    """no-rolling-update-strategy, deployment-strategy; where volumes or GPUs allow of it."""
    for o in of_kind(objects, "Deployment"):
        strategy = o["spec"]["strategy"]
        claims = [v for v in pod(o)["volumes"] if v["name"] == "data"]
        limits = [c["resources"]["limits"] for c in pod(o)["containers"]]
        if strategy["type"] == "Recreate":
            assert claims, name(o)
        elif not any("nvidia.com/gpu" in own for own in limits):
            assert {"maxSurge": 1, "maxUnavailable": 0} == strategy["rollingUpdate"], name(o)
        assert o["spec"]["minReadySeconds"] > 0
        assert o["spec"]["progressDeadlineSeconds"] > 0


def test_probes_ask_ports_that_exist(objects):
    """startup-port, readiness-port, liveness-port."""
    for who, container, found in probes(objects):
        known = {p["name"] for p in container["ports"]} | {
            p["containerPort"] for p in container["ports"]
        }
        for probe in found.values():
            asked = [
                probe[kind]["port"] for kind in ("grpc", "httpGet", "tcpSocket") if kind in probe
            ]
            assert set(asked) <= known, who
            assert asked or "exec" in probe


def test_to_be_alive_is_less_than_to_be_ready(objects):
    """pod-probes-identical: a pod that cannot serve for now must not be killed for it."""
    for who, _, found in probes(objects):
        ready, alive = found["readinessProbe"], found["livenessProbe"]
        patience = [p["periodSeconds"] * p["failureThreshold"] for p in (ready, alive)]

        assert ready != alive, who
        assert patience[0] * 3 < patience[1], who


def test_services_are_asked_by_grpc_for_the_service_that_the_gateway_asks_for(objects):
    """Native probes: there is no program in the image to ask with."""
    for who, container, found in probes(objects):
        if container["name"] == "service":
            assert "grpc" in found["livenessProbe"], who
            assert found["readinessProbe"]["grpc"]["service"].startswith("fleet."), who
            assert found["startupProbe"]["grpc"] == found["readinessProbe"]["grpc"], who


def test_pods_get_the_time_that_their_end_takes(objects):
    """Else the last calls of a drain are cut off: pause, notice and drain end before the grace period does."""
    for o in of_kind(objects, "Deployment"):
        grace = pod(o)["terminationGracePeriodSeconds"]
        [main] = [c for c in pod(o)["containers"] if c["name"] in ("service", "envoy")]
        assert "preStop" in main["lifecycle"], name(o)
        if main["name"] == "service":
            environ = {e["name"]: e["value"] for e in main["env"]}
            pause = main["lifecycle"]["preStop"]["sleep"]["seconds"]
            assert grace >= pause + 2.5 + float(environ["FLEET_DRAIN_SECONDS"]) + 5, name(o)


def test_all_containers_have_requests_and_limits_of_the_disk_too(objects):
    """container-ephemeral-storage-request-and-limit, unset-cpu-requirements, unset-memory-requirements."""
    for who, spec in pods(objects):
        for container in containers(spec):
            for side in ("requests", "limits"):
                wanted = {"cpu", "memory", "ephemeral-storage"}
                assert container["resources"][side].keys() >= wanted, (who, side)


def test_images_have_a_tag_that_means_something_and_are_asked_for(objects):
    """latest-tag, container-image-tag, pullPolicyNotAlways."""
    for who, spec in pods(objects):
        for container in containers(spec):
            tag = container["image"].partition("@")[0].rpartition("/")[2].partition(":")[2]
            assert tag not in ("", "latest"), who
            assert "Always" == container["imagePullPolicy"], who


def test_pods_keep_the_restricted_profile(objects):
    """Pod security `restricted`, container-security-context-user-group-id, and no root that can be written to."""
    for who, spec in pods(objects):
        own = spec["securityContext"]
        assert own["runAsNonRoot"] is True
        assert own["runAsUser"] > 10000 < own["runAsGroup"], who
        assert "RuntimeDefault" == own["seccompProfile"]["type"]
        assert not spec.keys() & {"hostNetwork", "hostPID", "hostIPC"}
        assert not [v for v in spec.get("volumes", []) if "hostPath" in v]
        for container in containers(spec):
            context = container["securityContext"]
            assert context["allowPrivilegeEscalation"] is False
            assert context["readOnlyRootFilesystem"] is True
            assert {"drop": ["ALL"]} == context["capabilities"]
            assert not [p for p in container.get("ports", []) if "hostPort" in p]


def test_accounts_exist_are_of_one_component_and_bring_no_token(objects):
    """non-existent-service-account, default-service-account, automountServiceAccountToken."""
    accounts = {o["metadata"]["name"]: o for o in of_kind(objects, "ServiceAccount")}
    for who, spec in pods(objects):
        assert spec["serviceAccountName"] in accounts, who
        assert spec["automountServiceAccountToken"] is False, who
        assert spec["enableServiceLinks"] is False, who
    for o in accounts.values():
        assert o["automountServiceAccountToken"] is False


def test_rights_are_few_and_of_the_namespace(objects):
    """access-to-secrets, access-to-create-pods, wildcard-in-rules, cluster-admin-role-binding."""
    assert [] == of_kind(objects, "ClusterRole", "ClusterRoleBinding")
    rules = [rule for o in of_kind(objects, "Role") for rule in o["rules"]]
    for rule in rules:
        assert {"apiGroups": [""], "resources": ["secrets"], "verbs": ["create"]} == rule


def test_secrets_are_files(objects):
    """env-var-secret, read-secret-from-env-var: variables show wherever a pod is inspected. And none is rendered."""
    assert [] == of_kind(objects, "Secret")
    for who, spec in pods(objects):
        for container in containers(spec):
            assert not container.get("envFrom"), who
            assert all("valueFrom" not in entry for entry in container.get("env", [])), who


def test_no_variable_is_set_twice(objects):
    """duplicate-env-var, environment-variable-key-duplication."""
    for who, spec in pods(objects):
        for container in containers(spec):
            counted = Counter(entry["name"] for entry in container.get("env", []))
            assert all(times == 1 for times in counted.values()), who


def test_what_is_mounted_exists_and_what_exists_is_mounted(objects):
    """A volume by a wrong name keeps a pod from starting."""
    maps = {o["metadata"]["name"] for o in of_kind(objects, "ConfigMap")} | {"kube-root-ca.crt"}
    claims = {o["metadata"]["name"] for o in of_kind(objects, "PersistentVolumeClaim")}
    for who, spec in pods(objects):
        volumes = {v["name"]: v for v in spec.get("volumes", [])}
        mounted = {m["name"] for c in containers(spec) for m in c.get("volumeMounts", [])}
        templated = {"data"} if who.startswith("StatefulSet/") else set()
        assert volumes.keys() | templated == mounted, who
        for volume in volumes.values():
            if "configMap" in volume:
                assert volume["configMap"]["name"] in maps, who
            if "persistentVolumeClaim" in volume:
                assert volume["persistentVolumeClaim"]["claimName"] in claims, who


def test_jobs_end_whatever_happens_and_clean_up(objects):
    """job-ttl-seconds-after-finished, restart-policy."""
    for o in of_kind(objects, "Job"):
        spec = o["spec"]
        assert spec["activeDeadlineSeconds"] > 0, name(o)
        assert spec["ttlSecondsAfterFinished"] > 0, name(o)
        assert spec["backoffLimit"] < 7, name(o)
        assert pod(o)["restartPolicy"] in ("Never", "OnFailure"), name(o)


def test_hooks_find_all_that_they_need_and_leave_nothing(objects):
    """Before an installation nothing of the release is there but hooks."""
    hooks = {
        name(o): o["metadata"].get("annotations", {})
        for o in objects
        if "helm.sh/hook" in o["metadata"].get("annotations", {})
    }
    before = {who for who, notes in hooks.items() if "pre-install" in notes["helm.sh/hook"]}
    for notes in hooks.values():
        assert "before-hook-creation,hook-succeeded" == notes["helm.sh/hook-delete-policy"]
        assert isinstance(notes["helm.sh/hook-weight"], str)
    for o in of_kind(objects, "Job"):
        if name(o) not in before:
            continue
        weight = int(hooks[name(o)]["helm.sh/hook-weight"])
        maps = [
            f"ConfigMap/{v['configMap']['name']}" for v in pod(o)["volumes"] if "configMap" in v
        ]
        for needed in (f"ServiceAccount/{pod(o)['serviceAccountName']}", *maps):
            assert needed in before, (name(o), needed)
            assert int(hooks[needed]["helm.sh/hook-weight"]) < weight


def test_production_says_what_matters_more(distribution):
    """priorityClassNotSet, priority-class-name: in `ha`, where the chart makes the classes."""
    if distribution != "ha":
        return
    found = objects("ha")
    classes = {o["metadata"]["name"] for o in of_kind(found, "PriorityClass")}
    for who, spec in pods(found):
        assert spec["priorityClassName"] in classes, who


@pytest.mark.parametrize("kind", ["hpa", "keda"])
def test_any_service_can_be_scaled_by_either(kind):
    """And then nobody else says how many pods there are."""
    found = objects(
        "starter",
        f"defaults.autoscaling.kind={kind}",
        "defaults.autoscaling.min=2",
        "services.files.autoscaling.kind=none",
    )
    scaled = {o["spec"]["scaleTargetRef"]["name"] for o in of_kind(found, *SCALERS)}
    fixed = {o["metadata"]["name"] for o in of_kind(found, "Deployment") if "replicas" in o["spec"]}

    assert {"files"} == fixed
    assert {o["metadata"]["name"] for o in of_kind(found, "Deployment")} - fixed == scaled
