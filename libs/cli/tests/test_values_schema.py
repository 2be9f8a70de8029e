"""The generated schema: Helm refuses what the launcher refuses."""

import json

import jsonschema
import pytest

from fleet_cli.distributions import chart, distributions, merged


@pytest.fixture(scope="module")
def validator():
    return jsonschema.Draft7Validator(json.loads((chart() / "values.schema.json").read_text()))


@pytest.mark.parametrize("name", distributions())
def test_distributions_keep_the_schema(validator, name):
    """`helm lint` passes what we ship."""
    assert [] == list(validator.iter_errors(merged(name)))


@pytest.mark.parametrize(
    "values",
    [
        {"gatewy": {}},
        {"gateway": {"prt": 1}},
        {"gateway": {"port": "x"}},
        {"services": {"inference": {"replica": 1}}},
        {"services": {"inference": {"config": {"provider": []}}}},
        {"services": {"mine": {}}},
        {"services": {"Inference": {"api": "inference"}}},
        {"services": {"runner": {"api": "inference", "config": {"provider": []}}}},
        {"services": {"files": {"config": {"processors": [{"id": "a"}]}}}},
        {
            "services": {
                "files": {
                    "config": {
                        "processors": [
                            {"id": "a", "type": "inline::auto", "config": {"priorities": []}}
                        ]
                    }
                }
            }
        },
        {
            "services": {
                "inference": {
                    "config": {
                        "providers": [
                            {"id": "a", "type": "remote::openai", "config": {"base_ur": "x"}}
                        ]
                    }
                }
            }
        },
    ],
)
def test_the_schema_refuses_what_the_launcher_refuses(validator, values):
    """A typo stops at `helm lint`."""
    assert list(validator.iter_errors(values))
