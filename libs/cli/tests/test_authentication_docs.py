"""Each example of `docs/authentication.md` is values that the launcher takes, and a config that Envoy takes."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from fleet_cli.check import check
from fleet_cli.home import RunFolder
from fleet_cli.plan import plan
from fleet_gateway.config import GatewayFile
from fleet_gateway.write import envoy_command, write_gateway
from fleet_runtime.access.config import AuthConfig
from fleet_runtime.config import ConfigError, validate

pytestmark = pytest.mark.slow

PAGE = Path(__file__).parents[3] / "docs/authentication.md"
EXAMPLES = re.findall(r"^```yaml\n(.*?)^```", PAGE.read_text(), re.MULTILINE | re.DOTALL)
SECRETS = ("INTROSPECTION_SECRET", "FLEET_KEY", "FLEET_ADMIN_KEY", "DATABASE_URL")


@pytest.fixture
def folder(monkeypatch, tmp_path):
    monkeypatch.setenv("LLAMA_HOME", str(tmp_path))
    for name in SECRETS:
        monkeypatch.setenv(name, "postgresql:///secret-of-this-test")
    run = RunFolder("docs")
    run.config("x").parent.mkdir(parents=True)
    return run


def test_there_is_an_example_of_every_way_to_say_who_one_is():
    kinds = {
        (yaml.safe_load(text)["auth"].get("provider_config") or {}).get("type") for text in EXAMPLES
    }

    assert {
        None,
        "oauth2_token",
        "github_token",
        "kubernetes",
        "custom",
        "upstream_header",
        "local_api_key",
    } == kinds


@pytest.mark.parametrize("text", EXAMPLES, ids=range(len(EXAMPLES)))
def test_an_example_is_rendered(folder, text):
    """For the gateway, and for services, which find it word for word."""
    tree = yaml.safe_load(text)
    values = check(tree)
    programs = [program for wave in plan(values, folder).waves for program in wave]
    file = validate(GatewayFile, yaml.safe_load(folder.config("gateway").read_text()))
    written = write_gateway(file, folder.gateway)

    assert "secret-of-this-test" not in written.read_text()
    if text in (EXAMPLES[0], EXAMPLES[-1]):  # all others are parts of these, to Envoy
        command = [*envoy_command(file, folder.gateway), "--mode", "validate"]
        done = subprocess.run(command, capture_output=True, check=False, text=True)
        assert 0 == done.returncode, done.stderr
    [one] = [program for program in programs if program.name in tree["services"]]
    section = yaml.safe_load(Path(one.environ["FLEET_AUTH"]).read_text())
    assert validate(AuthConfig, section) == values.auth


def test_what_is_missing_is_said_before_anything_starts(monkeypatch):
    monkeypatch.delenv("FLEET_KEY", raising=False)
    auth = {"provider_config": {"type": "local_api_key", "api_keys": [{"env": "FLEET_KEY"}]}}
    with pytest.raises(ConfigError) as caught:
        check({"auth": auth, "services": {"inspect": {"expose": True}}})

    assert "auth: names the environment variable FLEET_KEY, which is not set" in str(caught.value)
    assert "auth: needs the service 'auth'" in str(caught.value)
