"""Rules and dashboards ask for metrics that exist: names rot, and a panel without data looks like a quiet fleet."""

import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
import yaml
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.process_collector import ProcessCollector

from fleet_cli.distributions import chart, distributions
from fleet_runtime.telemetry import Telemetry
from fleet_testing.envoy import free_port
from fleet_testing.gateway import running_fleet
from fleet_testing.helm import template
from fleet_testing.peers import chart as checkers
from fleet_testing.rendered import objects
from fleet_testing.venvs import ROOT

DASHBOARDS = sorted((chart() / "files/dashboards").glob("*.json"))
SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}
# Where services say what they count, beside what the runtime counts for each of them.
OWN = (
    "services/inference/fleet_inference/routing/metrics.py",
    "services/inference/fleet_inference/local/load.py",
    "services/tools/fleet_tools/metrics.py",
)
# What Prometheus itself adds.
GIVEN = {"up"}


def rules() -> list[dict]:
    """Return the rules as a cluster gets them."""
    [found] = [o for o in objects("ha") if o["kind"] == "PrometheusRule"]
    return [rule for group in found["spec"]["groups"] for rule in group["rules"]]


def panels() -> Iterator[str]:
    """Yield the expressions of all dashboards, with Grafana's own words replaced."""
    for file in DASHBOARDS:
        for panel in json.loads(file.read_text())["panels"]:
            for target in panel.get("targets", []):
                yield target["expr"].replace("$__rate_interval", "5m")


def variables() -> Iterator[str]:
    """Yield what the choices of dashboards are made of."""
    for file in DASHBOARDS:
        for variable in json.loads(file.read_text())["templating"]["list"]:
            if variable["type"] == "query":
                yield re.fullmatch(r"label_values\((.*), \w+\)", variable["query"]["query"])[1]


def names_in(expressions: list[str]) -> set[str]:
    """Return the names of the metrics in PromQL expressions, all of which must be right."""
    script = Path(__file__).with_name("promql_names.py")
    done = subprocess.run(
        [checkers() / "python", script],
        input=json.dumps(expressions),
        capture_output=True,
        text=True,
        check=False,
    )
    assert 0 == done.returncode, done.stderr
    found = json.loads(done.stdout)
    assert all(found), "an expression without any metric"
    return {name for names in found for name in names}


@pytest.fixture(scope="module")
def of_services() -> set[str]:
    """The names that services expose: what the runtime counts, as scraped; their own, as defined."""
    registry = CollectorRegistry()
    Telemetry("service", registry)
    ProcessCollector(registry=registry)
    families = [
        (family.name, family.type)
        for family in text_string_to_metric_families(generate_latest(registry).decode())
    ]
    for path in OWN:
        source = (ROOT / path).read_text()
        defined = re.findall(r"\b(Counter|Gauge|Histogram)\(\s*\"(\w+)\"", source)
        assert defined, path
        families += [(name, kind.lower()) for kind, name in defined]
    return {name + suffix for name, kind in families for suffix in SUFFIXES[kind]}


@pytest.fixture(scope="module")
def of_envoy() -> set[str]:
    """The names that a gateway exposes that has been called, as scraped."""
    port = free_port()
    with running_fleet(metrics=f"127.0.0.1:{port}") as fleet:
        assert 200 == fleet.chat().status
        with urlopen(f"http://127.0.0.1:{port}/stats/prometheus", timeout=10) as answer:
            text = answer.read().decode()
    return set(re.findall(r"^(\w+)\{", text, re.MULTILINE))


def test_every_expression_is_right_and_every_metric_exists(of_services, of_envoy):
    """In rules, panels and the choices of dashboards alike."""
    recorded = {rule["record"] for rule in rules() if "record" in rule}
    asked = names_in([rule["expr"] for rule in rules()] + list(panels()) + list(variables()))

    assert set() == asked - of_services - of_envoy - recorded - GIVEN


def test_the_check_finds_names_that_are_gone(of_services, of_envoy):
    """Else the above says nothing."""
    gone = 'sum(rate(vllm:gpu_cache_usage_perc{namespace="x"}[5m]))'

    assert {"vllm:gpu_cache_usage_perc"} == names_in([gone]) - of_services - of_envoy


def test_every_alert_leads_to_what_to_do_about_it():
    """And every page about one is about one that there is."""
    alerts = [rule for rule in rules() if "alert" in rule]
    pages = re.findall(r"^## (\w+)$", (ROOT / "docs/alerts.md").read_text(), re.MULTILINE)

    assert [rule["alert"] for rule in alerts] == pages
    for rule in alerts:
        assert rule["annotations"]["runbook_url"].endswith(
            f"docs/alerts.md#{rule['alert'].lower()}"
        )
        assert rule["annotations"]["summary"]
        assert rule["labels"]["severity"] in ("warning", "critical")


def test_rules_are_about_the_release_alone():
    """Another fleet in another namespace has rules of its own."""
    for rule in rules():
        found = re.findall(r"\b[a-z_:]+\{([^}]*)\}", rule["expr"])
        assert all('namespace="fleet"' in labels for labels in found), rule


def test_dashboards_are_found_by_grafana():
    """By the label that its sidecar looks for; the data source is the reader's choice."""
    maps = [
        o
        for o in objects("ha")
        if o["kind"] == "ConfigMap" and "grafana_dashboard" in o["metadata"]["labels"]
    ]

    assert len(DASHBOARDS) == len(maps)
    for o in maps:
        [data] = [json.loads(text) for text in o["data"].values()]
        sources = {t["datasource"]["uid"] for p in data["panels"] for t in p.get("targets", [])}
        assert {"${datasource}"} == sources


@pytest.mark.parametrize("enabled", ["true", "false"])
def test_what_the_cluster_does_not_know_is_left_out(enabled):
    """Its API server would refuse the release."""
    text = template(chart(), [distributions()["starter"]], "--set", f"monitoring.enabled={enabled}")
    kinds = {o["kind"] for o in yaml.safe_load_all(text) if o}

    assert set() == kinds & {"ServiceMonitor", "PrometheusRule"}
