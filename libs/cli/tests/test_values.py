"""Merging values, as Helm does it."""

import pytest

from fleet_cli.distributions import only_providers
from fleet_cli.values import assign, merge, read
from fleet_runtime.config import ConfigError


def test_maps_are_merged_and_lists_replaced():
    """The two rules that people know of Helm."""
    defaults = {"gateway": {"port": 8321, "cors": {"allow_origins": ["a", "b"]}}}
    own = {"gateway": {"cors": {"allow_origins": ["c"]}}}

    assert {"gateway": {"port": 8321, "cors": {"allow_origins": ["c"]}}} == merge(defaults, [own])


def test_null_removes_a_default():
    """The third rule: the only way to take away what the chart has."""
    defaults = {"defaults": {"resources": {"cpu": 1, "memory": 2}}, "postgres": {"embedded": True}}
    own = {"defaults": {"resources": {"cpu": None}}, "postgres": None}

    assert {"defaults": {"resources": {"memory": 2}}} == merge(defaults, [own])


def test_null_in_a_later_file_removes_what_an_earlier_one_set():
    """A person's file can take away what the distribution has."""
    files = [{"services": {"inference": {"config": {"store": 1}}}}, {"services": None}]

    assert {} == merge({"services": {}}, files)


def test_null_in_lists_stays():
    """Helm looks into maps only."""
    assert {"a": [None]} == merge({"a": [1]}, [{"a": [None]}])


def test_a_map_is_replaced_by_a_value_in_a_later_file():
    """The later file wins whatever the kinds."""
    assert {"a": 1} == merge({}, [{"a": {"b": 1}}, {"a": 1}])


def test_merging_changes_none_of_its_parts():
    """Values are read once and shared."""
    defaults, own = {"a": {"b": [1]}}, {"a": {"c": 2}}
    merged = merge(defaults, [own])
    merged["a"]["b"].append(2)

    assert ({"a": {"b": [1]}}, {"a": {"c": 2}}) == (defaults, own)


@pytest.mark.parametrize(
    ("assignment", "expected"),
    [
        ("a.b=1", {"a": {"b": 1, "z": 0}}),
        ("a.b=01", {"a": {"b": "01", "z": 0}}),
        ("a.b=true,a.z=null", {"a": {"b": True, "z": None}}),
        ("c[0].d=x", {"a": {"z": 0}, "c": [{"d": "x"}]}),
        ("c[1]=x", {"a": {"z": 0}, "c": [None, "x"]}),
        (r"a.b\.c=x\,y", {"a": {"z": 0, "b.c": "x,y"}}),
        ("a.b=http://h:1/?x=y", {"a": {"z": 0, "b": "http://h:1/?x=y"}}),
        ("a.b=", {"a": {"z": 0, "b": ""}}),
    ],
)
def test_set_reads_what_helm_reads(assignment, expected):
    """`--set` means the same here and there."""
    assert expected == assign({"a": {"z": 0}}, assignment)


@pytest.mark.parametrize("assignment", ["a", "=1", "a.z.q=1", "a[0]=1"])
def test_set_refuses_what_it_cannot_do(assignment):
    """Rather than doing something else."""
    with pytest.raises(ConfigError, match="--set"):
        assign({"a": {"z": 0}}, assignment)


def test_only_the_named_providers_stay():
    """`--providers` keeps the settings that a distribution has for them."""
    openai = {"id": "mine", "type": "remote::openai", "config": {"api_key": {"env": "KEY"}}}
    vllm = {"id": "vllm", "type": "remote::vllm"}
    values = {"services": {"inference": {"config": {"providers": [openai, vllm]}}}}
    kept = only_providers(values, "inference=remote::openai,inference=remote::ollama")
    ollama = {"id": "ollama", "type": "remote::ollama"}

    assert [openai, ollama] == kept["services"]["inference"]["config"]["providers"]


def test_a_file_that_is_no_map_is_refused(tmp_path):
    """A list at the top would otherwise fail far from its cause."""
    file = tmp_path / "x.yaml"
    file.write_text("- a")
    with pytest.raises(ConfigError, match="must hold a map, not a list"):
        read(file)
