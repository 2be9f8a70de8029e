"""Wrong values: the key's path and what is allowed there, before anything starts."""

import pytest

from fleet_cli.check import check, left_out
from fleet_cli.distributions import distributions, merged
from fleet_runtime.config import ConfigError

pytestmark = pytest.mark.slow


def problems(tree: dict) -> str:
    with pytest.raises(ConfigError) as caught:
        check(tree)
    return str(caught.value)


def test_a_wrong_key_of_the_gateway_is_named():
    """With what stands beside it."""
    text = problems({"gateway": {"prt": 1}})

    assert text.startswith("gateway.prt: ")
    assert "port" in text


def test_a_wrong_key_of_a_service_is_named():
    """The service's own model says what is allowed."""
    text = problems({"services": {"stub": {"config": {"jurnal": "x"}}}})

    assert text.startswith("services.stub.config.jurnal: ")
    assert "journal" in text


def test_a_wrong_setting_of_a_provider_is_named():
    """Down to its place in the list, checked against the provider's own `Config`."""
    entry = {"id": "a", "type": "remote::openai", "config": {"base_ur": "http://x"}}
    service = {"config": {"providers": [entry]}}
    text = problems({"services": {"inference": service}})

    assert text.startswith("services.inference.config.providers[0].config.base_ur: ")
    assert "base_url" in text


def test_other_lists_of_providers_are_checked_too():
    """Files are kept by some providers, and read by others."""
    wrong = {"id": "a", "type": "inline::auto", "config": {"priorities": []}}
    unknown = {"id": "b", "type": "inline::localfs"}
    config = {
        "providers": [unknown],
        "processors": [wrong, unknown],
        "store": {"database": {"url": "sqlite:///x"}},
    }
    setting, kind = problems({"services": {"files": {"config": config}}}).splitlines()

    assert setting.startswith("services.files.config.processors[0].config.priorities: ")
    assert kind.startswith("services.files.config.processors[1].type: ")


def test_an_unknown_provider_is_named():
    """With the one that was meant."""
    entry = {"id": "a", "type": "remote::openia"}
    text = problems({"services": {"inference": {"config": {"providers": [entry]}}}})

    assert text.startswith("services.inference.config.providers[0].type: ")
    assert "did you mean 'remote::openai'?" in text


def test_an_unknown_api_is_named():
    """With the one that was meant, and all that are installed."""
    text = problems({"services": {"inferense": {}}})

    assert text.startswith(
        "services.inferense.api: there is no service for the API 'inferense'; "
        "did you mean 'inference'? installed: "
    )


def test_all_that_is_wrong_is_told_at_once():
    """Nobody likes to be told one error a run."""
    stub = {"config": {"x": 1, "y": 2}}

    assert 2 == len(problems({"services": {"stub": stub}}).splitlines())


def test_a_missing_secret_is_named():
    """A provider that is not optional cannot do without."""
    database = {"behaviour": {"database": {"env": "NO_SUCH_VARIABLE"}}}

    assert (
        "services.stub.config: names the environment variable NO_SUCH_VARIABLE, which is not set"
        == problems({"services": {"stub": {"config": database}}})
    )


def test_an_optional_provider_without_its_secret_is_left_out():
    """So that one distribution serves whoever has which keys."""
    config = {"api_key": {"env": "NO_SUCH_VARIABLE"}}
    entry = {"id": "openai", "type": "remote::openai", "optional": True, "config": config}
    values = check({"services": {"inference": {"config": {"providers": [entry]}}}})

    assert [("inference", "openai", ["NO_SUCH_VARIABLE"])] == left_out(values)


def test_services_take_the_defaults():
    """As the chart lays them under every service."""
    values = check({"defaults": {"drain": 5}, "services": {"stub": {"replicas": 2}}})

    assert (5, 2) == (values.services["stub"].drain, values.services["stub"].replicas)


@pytest.mark.parametrize("name", distributions())
def test_every_distribution_is_right(name):
    """What we ship starts."""
    assert check(merged(name)).services


def test_the_command_tells_the_same(llama, fleet):
    """A person sees the path and the allowed keys, no trace, and nothing is started."""
    file = fleet.write(first={})
    file.write_text("services: {stub: {config: {jurnal: x}}}\n")
    done = llama("stack", "run", str(file))

    assert 1 == done.returncode
    assert "" == done.stdout
    assert done.stderr.startswith("error: services.stub.config.jurnal: ")
    assert not fleet.run.path.exists()
