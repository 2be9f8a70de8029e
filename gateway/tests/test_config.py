"""The config that is written: what it is, what is refused, and that Envoy takes it."""

import hashlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from fleet_gateway.config import GatewayFile
from fleet_gateway.contract import read_contract, rest_face
from fleet_gateway.envoy import gateway_config
from fleet_gateway.files import Files
from fleet_gateway.write import envoy_command, to_yaml, write_gateway
from fleet_runtime.config import ConfigError, validate

pytestmark = pytest.mark.slow

GOLDEN = Path(__file__).with_name("golden.yaml")
INSPECT = {"endpoints": ["127.0.0.1:5001", "unix:/run/inspect.sock"]}
FILES = Files(Path("/etc/fleet/rest.binpb"), Path("/etc/fleet/errors.lua"), "127.0.0.1:9901")


def test_the_config_is_the_one_that_was_reviewed():
    """Run with UPDATE_GOLDEN=1 after a change, and review what it changes."""
    values = {"cors": {"allow_origins": ["http://localhost:*"]}, "routes": {"inspect": INSPECT}}
    file = validate(GatewayFile, values)
    config = gateway_config(file, file.routes, read_contract(rest_face()), FILES)
    text = to_yaml(config)
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.write_text(text)

    assert GOLDEN.read_text() == text


def test_websockets_go_past_the_transcoder_to_a_cluster_of_their_own():
    """The transcoder would make a call of the handshake: a list of all responses."""
    agents = INSPECT | {"websockets": ["unix:/run/agents-websocket.sock"]}
    file = validate(GatewayFile, {"routes": {"agents": agents}})
    config = gateway_config(file, file.routes, read_contract(rest_face()), FILES)
    [listener] = config["static_resources"]["listeners"]
    manager = listener["filter_chains"][0]["filters"][0]["typed_config"]
    first, second, *_ = manager["route_config"]["virtual_hosts"][0]["routes"]

    assert {"/v1/responses", "/v1/openai/v1/responses"} == {
        route["match"]["path"] for route in (first, second)
    }
    assert "agents-websocket" == first["route"]["cluster"]
    assert first["typed_per_filter_config"]["transcoder"]["disabled"]
    assert "agents-websocket" in {c["name"] for c in config["static_resources"]["clusters"]}


def test_lasting_methods_are_those_that_stream_and_their_twins():
    """Only they have no deadline."""
    services = {found.name: found for found in read_contract(rest_face())["inference"]}
    lasting = {
        "CreateChatCompletion",
        "CreateCompletion",
        "StreamChatCompletion",
        "StreamCompletion",
    }

    assert lasting == services["fleet.inference.v1.InferenceService"].lasting
    assert lasting == services["fleet.inference.v1.InferenceServiceRest"].lasting
    assert set() == services["fleet.inference.v1.ModelService"].lasting


@pytest.mark.parametrize(
    ("values", "message"),
    [
        (
            {"prot": 1},
            "prot: there is no such setting; did you mean 'port'? allowed beside it: access",
        ),
        ({"port": 0}, "port: input should be greater than 0"),
        ({"admin": "0.0.0.0:9901"}, "admin: value error, Envoy's admin listens on loopback"),
        ({"timeouts": {"unary": -1}}, "timeouts.unary: input should be greater than 0"),
        ({"routes": {}}, "routes: dictionary should have at least 1 item"),
        ({"routes": {"x": {}}}, "routes.x: value error, give either endpoints or dns"),
        (
            {"routes": {"x": {"endpoints": ["host:1"]}}},
            "routes.x.endpoints[0]: value error, 'host' does not appear to be an IPv4 or IPv6",
        ),
        (
            {"routes": {"x": {"dns": "inference"}}},
            "routes.x.dns: value error, an address is host:port or unix:/path",
        ),
    ],
)
def test_wrong_settings_are_named_by_their_path(values, message):
    """Before anything starts."""
    with pytest.raises(ConfigError) as caught:
        validate(GatewayFile, {"routes": {"inspect": INSPECT}, **values})

    assert message in str(caught.value)


def test_services_of_no_api_are_refused(tmp_path):
    """A typo would else be a route that leads nowhere."""
    file = validate(GatewayFile, {"routes": {"inferenc": INSPECT}})
    with pytest.raises(ConfigError, match=r"routes.inferenc.api: there is no API 'inferenc'"):
        write_gateway(file, tmp_path)


def test_files_are_named_by_their_content(tmp_path):
    """Envoy never reads a file again whose name it knows, so a new contract needs a new name."""
    file = validate(GatewayFile, {"routes": {"inspect": INSPECT}})
    config = write_gateway(file, tmp_path).read_text()
    name = f"rest-{hashlib.sha256(rest_face()).hexdigest()[:16]}.binpb"

    assert (tmp_path / name).read_bytes() == rest_face()
    assert str(tmp_path / name) in config
    assert [] == list(tmp_path.glob("*.part"))


VARIANTS = {
    "least": {},
    "dns": {"routes": {"inspect": {"dns": "inspect:8080"}}},
    "other_name": {"routes": {"admin-2": {"api": "inspect", **INSPECT}}},
    "no_log": {"access_log": {"path": None}},
    "no_retries": {"retries": {"attempts": 0}},
    "open": {"address": "0.0.0.0", "cors": {"allow_origins": ["*"]}},
    "admin_port": {"admin": "127.0.0.1:9901"},
    "ipv6": {"routes": {"inspect": {"endpoints": ["[::1]:5001"]}}},
    "tracing": {"tracing": {"otlp": "otel-collector:4317", "sample_percent": 5}},
}


@pytest.mark.parametrize("values", VARIANTS.values(), ids=VARIANTS.keys())
def test_envoy_takes_every_setting(tmp_path, values):
    """What pydantic takes, Envoy must not refuse."""
    file = validate(GatewayFile, {"routes": {"inspect": INSPECT}, **values})
    write_gateway(file, tmp_path)
    command = [*envoy_command(file, tmp_path), "--mode", "validate"]
    done = subprocess.run(command, capture_output=True, check=False, text=True)

    assert 0 == done.returncode, done.stderr


def test_the_command_writes_and_validates(tmp_path):
    """As an init container does."""
    source = tmp_path / "gateway.yaml"
    source.write_text(yaml.safe_dump({"routes": {"inspect": INSPECT}}))
    done = command_line("--config", source, "--out", tmp_path / "out", "--validate")

    assert 0 == done.returncode, done.stderr
    assert (tmp_path / "out" / "envoy.yaml").exists()


def test_the_command_says_what_is_wrong(tmp_path):
    """Without a traceback."""
    source = tmp_path / "gateway.yaml"
    source.write_text("prot: 8321\nroutes: {inspect: {dns: 'inspect:8080'}}")
    done = command_line("--config", source, "--out", tmp_path)

    assert 1 == done.returncode
    assert done.stderr.startswith(f"{source}: prot: there is no such setting")
    assert "Traceback" not in done.stderr


def command_line(*args):
    command = [sys.executable, "-m", "fleet_gateway", *map(str, args)]
    return subprocess.run(command, capture_output=True, check=False, text=True)
