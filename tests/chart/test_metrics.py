"""Rules and dashboards ask for metrics that exist: names rot, and a panel without data looks like a quiet fleet."""

import importlib
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest
import yaml
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.process_collector import ProcessCollector

from fleet_cli.distributions import chart, distributions
from fleet_runtime.call import Call
from fleet_runtime.telemetry import Telemetry
from fleet_testing.envoy import free_port
from fleet_testing.gateway import running_fleet
from fleet_testing.helm import template
from fleet_testing.peers import chart as checkers
from fleet_testing.rendered import objects
from fleet_testing.venvs import ROOT

DASHBOARDS = sorted((chart() / "files/dashboards").glob("*.json"))
TOPICS = {"fleet", "inference", "engine", "rag", "agents", "jobs", "cost", "slo"}
SUFFIXES = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}
# Where services say what they count, beside what the runtime counts for each of them.
OWN = (
    "fleet_runtime.jobs.metrics",
    "fleet_agents.responses.metrics",
    "fleet_inference.routing.metrics",
    "fleet_inference.local.load",
    "fleet_tools.metrics",
    "fleet_vector_io.metrics",
)
# What vLLM 0.32 counts that dashboards show; tests/engines/test_inline_vllm.py finds all of it in a scrape.
VLLM = json.loads(Path(__file__).with_name("vllm.json").read_text())
# What a scrape in a cluster adds to all series. `service` takes the place of a label of that name.
SCRAPED = {"namespace", "service", "pod", "fleet"}
# What Prometheus itself adds.
GIVEN = {"up": SCRAPED, "ALERTS": {*SCRAPED, "alertname", "alertstate"}}
# What Grafana puts in place of its variables, so that expressions are whole.
GRAFANA = {"$__rate_interval": "5m", "$__range": "6h", "$price_input": "1", "$price_output": "3"}


def rules() -> list[dict]:
    """Return the rules as a cluster gets them."""
    [found] = [o for o in objects("ha") if o["kind"] == "PrometheusRule"]
    return [rule for group in found["spec"]["groups"] for rule in group["rules"]]


def panels() -> Iterator[tuple[str, str]]:
    """Yield the expressions of all dashboards, with Grafana's own words replaced, and their legends."""
    for file in DASHBOARDS:
        for panel in json.loads(file.read_text())["panels"]:
            for target in panel.get("targets", []):
                expression = target["expr"]
                for word, value in GRAFANA.items():
                    expression = expression.replace(word, value)
                yield expression, target["legendFormat"]


def variables() -> Iterator[tuple[str, str]]:
    """Yield what the choices of dashboards are made of: a series, and its label."""
    for file in DASHBOARDS:
        for variable in json.loads(file.read_text())["templating"]["list"]:
            if variable["type"] == "query":
                found = re.fullmatch(r"label_values\((.*), (\w+)\)", variable["query"]["query"])
                yield found[1], found[2]


def asked_by(expressions: list[str]) -> list[dict]:
    """Return what PromQL expressions ask for, all of which must be right."""
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
    assert all(one["names"] for one in found), "an expression without any metric"
    return found


def missing(found: list[dict], known: dict[str, set[str]]) -> set[str]:
    """Return the metrics, and the labels of metrics, that are not known."""
    names = {name for one in found for name in one["names"]}
    labels = {(name, label) for one in found for name, label, _ in one["labels"]}
    return (names - known.keys()) | {
        f"{name}{{{label}}}"
        for name, label in labels
        if name in known and label not in known[name] | SCRAPED
    }


def scraped(text: str) -> dict[str, set[str]]:
    """Return the labels of each series of a scrape."""
    found: dict[str, set[str]] = {}
    for name, labels in re.findall(r"^(\w+)(?:\{(.*)\})? ", text, re.MULTILINE):
        found.setdefault(name, set()).update(re.findall(r"(\w+)=\"", labels))
    return found


def of_runtime() -> str:
    """Return a scrape of what the runtime counts, after a call that told of all that can be told."""
    registry = CollectorRegistry()
    telemetry = Telemetry("service", registry)
    ProcessCollector(registry=registry)
    call = Call("/fleet.inference.v1.InferenceService/StreamChatCompletion")
    call.notes |= {"model": "m", "provider": "p", "prompt_tokens": 1, "completion_tokens": 1}
    call.first_chunk = call.started
    telemetry.started(call)
    telemetry.finished(call, "OK")
    return generate_latest(registry).decode()


def defined(module: str) -> dict[str, set[str]]:
    """Return the labels of each series that a module defines."""
    found = {}
    for metric in vars(importlib.import_module(module)).values():
        if not isinstance(metric, Counter | Gauge | Histogram):
            continue
        exported = {"service": "exported_service"}
        labels = {exported.get(label, label) for label in metric._labelnames}
        for suffix in SUFFIXES[metric._type]:
            more = {"le"} if suffix == "_bucket" else set()
            found[metric._name + suffix] = labels | more
    assert found, module
    return found


@pytest.fixture(scope="module")
def known() -> dict[str, set[str]]:
    """The series that there are, each with its labels: scraped, defined, recorded or given."""
    port = free_port()
    with running_fleet(metrics=f"127.0.0.1:{port}") as fleet:
        assert 200 == fleet.chat().status
        with urlopen(f"http://127.0.0.1:{port}/stats/prometheus", timeout=10) as answer:
            of_envoy = scraped(answer.read().decode())
    found = of_envoy | scraped(of_runtime()) | {name: set(labels) for name, labels in VLLM.items()}
    for module in OWN:
        found |= defined(module)
    records = [rule for rule in rules() if "record" in rule]
    for rule, asked in zip(records, asked_by([r["expr"] for r in records]), strict=True):
        found[rule["record"]] = set(asked["result"])
    return found | GIVEN


def test_every_expression_is_right_and_every_metric_and_label_exists(known):
    """In rules, panels and the choices of dashboards alike."""
    series = [f"sum by ({label}) ({selector})" for selector, label in variables()]
    shown = [expression for expression, _ in panels()]

    assert set() == missing(asked_by([rule["expr"] for rule in rules()] + shown + series), known)


@pytest.mark.parametrize(
    ("expression", "gone"),
    [
        ('sum(rate(vllm:gpu_cache_usage_perc{namespace="x"}[5m]))', "vllm:gpu_cache_usage_perc"),
        ('fleet_jobs{namespace="x", table="y"}', "fleet_jobs{table}"),
        (
            "sum by (tenant) (rate(fleet_jobs_attempts_total[5m]))",
            "fleet_jobs_attempts_total{tenant}",
        ),
        ("fleet_jobs and on (model) up", "fleet_jobs{model}"),
    ],
)
def test_the_check_finds_what_is_gone(known, expression, gone):
    """Else the above says nothing."""
    assert gone in missing(asked_by([expression]), known)


def test_legends_name_labels_that_are_left(known):
    """Grafana shows the name of a label that is not there as it stands."""
    shown = list(panels())
    for (expression, legend), asked in zip(
        shown, asked_by([expression for expression, _ in shown]), strict=True
    ):
        left = asked["result"]
        if left is None:
            left = set.union(SCRAPED, *(known[name] for name in asked["names"]))
        assert set(re.findall(r"\{\{(\w+)\}\}", legend)) <= set(left), expression


def test_methods_and_bounds_that_expressions_name_exist():
    """A method that is gone leaves a panel empty, and so does a bucket."""
    found = [*asked_by([rule["expr"] for rule in rules()]), *asked_by([e for e, _ in panels()])]
    bounds = {value for one in found for _, label, value in one["labels"] if "le" == label} - {None}
    patterns = {
        pattern
        for expression, _ in panels()
        for pattern in re.findall(r'grpc_method=~"([^"]*)"', expression)
    }
    methods = {
        f"/{package}.{service}/{method}"
        for file in (ROOT / "protos/fleet").rglob("*.proto")
        for package in re.findall(r"^package (.*);", file.read_text(), re.MULTILINE)
        for service, body in re.findall(
            r"^service (\w+) \{(.*?)^\}", file.read_text(), re.MULTILINE | re.DOTALL
        )
        for method in re.findall(r"\brpc (\w+)\(", body)
    }
    families = text_string_to_metric_families(of_runtime())
    buckets = {s.labels["le"] for family in families for s in family.samples if "le" in s.labels}

    assert {"5.0"} == bounds <= buckets
    assert patterns
    for pattern in patterns:
        assert any(re.fullmatch(pattern, method) for method in methods), pattern


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

    assert TOPICS == {file.stem for file in DASHBOARDS}
    assert {f"dashboard-{topic}" for topic in TOPICS} == {o["metadata"]["name"] for o in maps}
    for o in maps:
        [data] = [json.loads(text) for text in o["data"].values()]
        sources = {t["datasource"]["uid"] for p in data["panels"] for t in p.get("targets", [])}
        assert {"${datasource}"} == sources


def test_no_dashboard_takes_the_place_of_another():
    """Grafana knows them by their uid, and people by their titles; panels are known by their id, and do not overlap."""
    boards = [json.loads(file.read_text()) for file in DASHBOARDS]

    for key in ("uid", "title"):
        assert len(boards) == len({board[key] for board in boards})
    for board in boards:
        places = [panel["gridPos"] for panel in board["panels"]]
        cells = {
            (x, y)
            for at in places
            for x in range(at["x"], at["x"] + at["w"])
            for y in range(at["y"], at["y"] + at["h"])
        }
        assert sum(at["w"] * at["h"] for at in places) == len(cells)
        assert max(x for x, _ in cells) < 24
        assert len(places) == len({panel["id"] for panel in board["panels"]})
        for panel in board["panels"]:
            assert "row" == panel["type"] or panel["fieldConfig"]["defaults"]["unit"]


def test_every_variable_of_a_dashboard_is_used_and_every_one_used_is_there():
    """A choice that changes nothing misleads, and a variable that is not there finds nothing."""
    for file in DASHBOARDS:
        board = json.loads(file.read_text())
        there = {variable["name"] for variable in board["templating"]["list"]}
        used = set(re.findall(r"\$\{?(\w+)", json.dumps([board["panels"], board["templating"]])))

        assert there == {name for name in used if not name.startswith("__")}, file.name


def test_the_readme_names_every_dashboard():
    """By the title that Grafana shows."""
    text = (chart() / "README.template.md").read_text()

    for file in DASHBOARDS:
        assert f"*{json.loads(file.read_text())['title']}*" in text


@pytest.mark.parametrize("enabled", ["true", "false"])
def test_what_the_cluster_does_not_know_is_left_out(enabled):
    """Its API server would refuse the release."""
    text = template(chart(), [distributions()["starter"]], "--set", f"monitoring.enabled={enabled}")
    kinds = {o["kind"] for o in yaml.safe_load_all(text) if o}

    assert set() == kinds & {"ServiceMonitor", "PrometheusRule"}
