"""What the chart makes of the distributions: reviewed, and the same as on one machine."""

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import yaml

from fleet_cli.check import typed
from fleet_cli.distributions import chart, distributions, merged
from fleet_cli.home import RunFolder
from fleet_cli.needed_models import needed_models
from fleet_cli.plan import plan
from fleet_gateway.config import GatewayFile
from fleet_runtime.config import validate
from fleet_testing.helm import helm
from fleet_testing.rendered import Object, text
from fleet_testing.rendered import objects as objects_of

GOLDEN = chart() / "golden"
IMAGES = GOLDEN / "images.txt"


def test_lint_has_nothing_to_say_of_any_distribution():
    """Strict: warnings fail. The schema is among what it looks at, which is what takes its time."""
    with ThreadPoolExecutor(2) as pool:
        said = dict(zip(distributions(), pool.map(_lint, distributions().values()), strict=True))

    assert dict.fromkeys(distributions(), "") == said


def _lint(file: Path) -> str:
    return helm("lint", "--strict", "--quiet", chart(), "--values", file).strip()


def test_objects_are_those_that_were_reviewed(distribution):
    """Run with UPDATE_GOLDEN=1 after a change, and review what it changes."""
    golden = GOLDEN / f"{distribution}.yaml"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text(distribution))

    assert golden.read_text() == text(distribution)


def test_no_golden_file_is_of_a_distribution_that_is_gone():
    """Such a file would never be looked at again."""
    known = {file.name for file in (chart() / "distributions").glob("*.yaml")}

    assert known | {IMAGES.name} == {file.name for file in GOLDEN.iterdir()}


def test_the_list_of_images_is_whole():
    """By it a cluster without a way out fills its mirror. Run with UPDATE_GOLDEN=1 after a change."""
    found = {
        image
        for name in distributions()
        for image in re.findall(r"^ +image: (.*)$", text(name), re.MULTILINE)
    }
    lines = "".join(f"{image}\n" for image in sorted(found))
    if os.environ.get("UPDATE_GOLDEN"):
        IMAGES.write_text(lines)

    assert IMAGES.read_text() == lines


def test_envoy_takes_the_config_of_every_distribution(tmp_path):
    """A real one, by the command of the pod's init container. What several have alike is looked at once."""
    seen = set()
    for name in distributions():
        config, command = _gateway(objects_of(name))
        if config in seen:
            continue
        seen.add(config)
        (tmp_path / "gateway.yaml").write_text(config)
        places = {
            "python": sys.executable,
            "/etc/fleet/gateway.yaml": str(tmp_path / "gateway.yaml"),
            "/run/fleet": str(tmp_path),
        }
        here = [places.get(word, word) for word in command]
        done = subprocess.run(here, capture_output=True, text=True, check=False, timeout=60)

        assert 0 == done.returncode, (name, done.stderr)


def _gateway(objects: list[Object]) -> tuple[str, list[str]]:
    """Return the gateway's settings, and the command that has Envoy look at them."""
    named = {o["kind"]: o for o in objects if o["metadata"]["name"] == "gateway"}
    pod = named["Deployment"]["spec"]["template"]["spec"]
    return named["ConfigMap"]["data"]["gateway.yaml"], pod["initContainers"][0]["command"]


class Launched:
    """What the launcher would run of a distribution: it writes config files, and starts nothing."""

    def __init__(self, distribution: str) -> None:
        self.values = typed(merged(distribution))
        self.folder = RunFolder(distribution)
        self.folder.create()
        waves = plan(self.values, self.folder).waves
        self.programs = {program.name: program for wave in waves for program in wave}

    def config(self, name: str) -> Any:
        return yaml.safe_load(self.folder.config(name).read_text())


@pytest.fixture
def launched(distribution, monkeypatch):
    """The distribution on one machine, in a folder with a short name, as sockets live below it."""
    monkeypatch.delenv("DATABASE_URL", raising=False)
    with tempfile.TemporaryDirectory(prefix="llama-") as home:
        monkeypatch.setenv("LLAMA_HOME", home)
        yield Launched(distribution)


def test_services_read_the_same_config_as_on_one_machine(launched, objects):
    """A distribution means one thing, wherever it runs."""
    maps = {o["metadata"]["name"]: o["data"] for o in objects if o["kind"] == "ConfigMap"}

    assert launched.values.services
    for name in launched.values.services:
        assert launched.config(name) == yaml.safe_load(maps[name]["config.yaml"]), name


def test_services_are_the_same_programs_with_the_same_environment(launched, objects):
    """What is told by the environment belongs to the config."""
    deployments = {o["metadata"]["name"]: o["spec"] for o in objects if o["kind"] == "Deployment"}
    jobs = {o["metadata"]["name"] for o in objects if o["kind"] == "Job"}
    told = {"FLEET_SERVICE", "FLEET_LOG_LEVEL", "FLEET_DRAIN_SECONDS", "OMP_WAIT_POLICY"}
    for name, service in launched.values.services.items():
        program, spec = launched.programs[name], deployments[name]
        pod = spec["template"]["spec"]
        container = pod["containers"][0]
        environ = {entry["name"]: entry["value"] for entry in container["env"]}
        prepared = [c for c in pod.get("initContainers", []) if c["name"] == "migrate"]

        assert program.command[-1] == container["command"][-1]
        assert _comparable(program.environ, told) == _comparable(environ, told), name
        assert ("FLEET_WEBSOCKET_LISTEN" in environ) >= (
            "FLEET_WEBSOCKET_LISTEN" in program.environ
        )
        if "replicas" in spec:
            assert service.replicas == spec["replicas"]
        if "store" in service.config:
            assert bool(program.before) == bool(prepared or f"migrate-{name}" in jobs), name


def test_the_gateway_has_the_same_settings_and_routes_as_on_one_machine(launched, objects):
    """But for addresses, which are what the place makes them."""
    data, _ = _gateway(objects)
    here = validate(GatewayFile, launched.config("gateway"))
    there = validate(GatewayFile, yaml.safe_load(data))
    place = {"address", "metrics", "routes"}

    assert here.model_dump(exclude=place) == there.model_dump(exclude=place)
    assert _routes(here) == _routes(there)
    assert all(f"{name}:8080" == route.dns for name, route in there.routes.items())


def test_pods_fetch_the_models_that_the_launcher_would(launched, objects):
    """The templates cannot ask Python which these are."""
    fetched = {
        model
        for o in objects
        if o["kind"] == "Deployment"
        for c in o["spec"]["template"]["spec"].get("initContainers", [])
        if c["name"] == "models"
        for model in c["command"][c["command"].index("download") + 1 :]
    }

    assert set(needed_models(launched.values)) == fetched


def _comparable(environ: Mapping[str, str], names: set[str]) -> dict[str, str | float]:
    return {
        name: float(environ[name]) if name.endswith("SECONDS") else environ[name] for name in names
    }


def _routes(file: GatewayFile) -> dict[str, tuple[str | None, bool]]:
    return {name: (route.api, bool(route.websockets)) for name, route in file.routes.items()}


def test_who_may_call_is_told_to_the_gateway_and_to_every_program():
    """A section that a pod does not read would let everybody in."""
    address = "https://login.example.org"
    key = "auth.provider_config"
    rendered = objects_of(
        "ci",
        f"{key}.type=oauth2_token",
        f"{key}.issuer={address}",
        f"{key}.jwks.uri={address}/keys",
    )
    section = {"type": "oauth2_token", "issuer": address, "jwks": {"uri": f"{address}/keys"}}
    named = {(o["kind"], o["metadata"]["name"]): o for o in rendered}
    gateway = yaml.safe_load(named["ConfigMap", "gateway"]["data"]["gateway.yaml"])
    programs = [
        (name, container)
        for (kind, name), o in named.items()
        if kind in ("Deployment", "Job")
        for container in o["spec"]["template"]["spec"]["containers"]
        if any(mount["mountPath"] == "/etc/fleet/config.yaml" for mount in _mounts(container))
    ]

    assert {"provider_config": section} == gateway["auth"]
    assert programs
    for name, container in programs:
        told = {each["name"]: each.get("value") for each in container["env"]}
        places = {
            mount["mountPath"]: mount["subPath"]
            for mount in _mounts(container)
            if "subPath" in mount
        }
        data = named["ConfigMap", name]["data"]

        assert "/etc/fleet/auth.yaml" == told["FLEET_AUTH"]
        assert "auth.yaml" == places["/etc/fleet/auth.yaml"]
        assert gateway["auth"] == yaml.safe_load(data["auth.yaml"])


def _mounts(container):
    return container.get("volumeMounts", [])
