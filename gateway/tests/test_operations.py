"""What those who run the gateway rely on: its admin, its log, its statistics, its life."""

import ssl
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from http.client import HTTPSConnection
from pathlib import Path

import grpc
import pytest
import yaml

from fleet_gateway.admin import Admin, AdminError
from fleet_gateway.config import GatewayFile
from fleet_gateway.write import admin_address, envoy_command, write_gateway
from fleet_testing.envoy import free_port, start_envoy, stop_process
from fleet_testing.gateway import eventually

pytestmark = pytest.mark.slow

ROUTES = {"inspect": {"endpoints": ["127.0.0.1:1"]}}


@pytest.mark.parametrize(
    "path", ["/config_dump", "/certs", "/clusters", "/listeners", "/memory", "/logging", "/stats/x"]
)
def test_the_admin_shows_nothing_of_the_config(fleet, path):
    """Nor does it change any of it."""
    with pytest.raises(AdminError, match="403"):
        fleet.envoy.admin.get(path)


@pytest.mark.parametrize("path", ["/quitquitquit", "/runtime_modify?a=1", "/logging?level=trace"])
def test_the_admin_changes_nothing(fleet, path):
    """But for draining."""
    with pytest.raises(AdminError, match="403"):
        fleet.envoy.admin.post(path)


@pytest.mark.parametrize("path", ["/stats", "/stats/prometheus", "/ready", "/server_info"])
def test_the_admin_shows_how_the_gateway_is(fleet, path):
    """For probes and Prometheus."""
    assert fleet.envoy.admin.get(path)


def test_the_admin_is_its_users_alone(fleet):
    """Others on the machine cannot drain it."""
    mode = (fleet.envoy.folder / "admin.sock").stat().st_mode

    assert 0o600 == stat.S_IMODE(mode)


def test_callers_cannot_make_up_metrics(fleet):
    """Each new name would stay in memory, and in Prometheus, for ever."""
    with grpc.insecure_channel(fleet.envoy.target) as channel:
        for method in ("/nope.Minted/M", "/fleet.inference.v1.ModelService/Minted"):
            with pytest.raises(grpc.RpcError):
                channel.unary_unary(method)(b"")

    assert {} == fleet.envoy.admin.stats("Minted")


def test_calls_are_counted_by_service_and_method(fleet):
    """As labels that dashboards can sum over."""
    fleet.echo(path="/v1/models")
    text = fleet.envoy.admin.get("/stats/prometheus")
    labels = (
        'fleet_method="ListModels"',
        'fleet_service="fleet.inference.v1.ModelServiceRest"',
    )
    lines = [line for line in text.splitlines() if line.startswith("envoy_cluster_grpc_success{")]

    assert any(all(label in line for label in labels) for line in lines)


def test_each_call_is_one_line(fleet):
    """Which call, how it went, how long it took: and no secrets."""
    headers = {
        "authorization": "Bearer hidden",
        "cookie": "hidden",
        "user-agent": "test/1",
        "x-request-id": "log-1",
    }
    fleet.envoy.call("GET", "/v1/models/a%2Fb?key=hidden", headers=headers)
    line = eventually(lambda: line_of(fleet, "log-1"))

    assert "hidden" not in str(line)
    assert "GET" == line["method"]
    assert "/v1/models/a%2Fb" == line["path"]
    assert "/fleet.inference.v1.ModelServiceRest/GetModel" == line["rpc"]
    assert 200 == line["status"]
    assert "OK" == line["grpc_status"]
    assert "test/1" == line["user_agent"]
    assert fleet.workers[0].address == line["upstream"]
    assert line["bytes_out"] > 0
    assert line["duration_ms"] >= line["ttfb_ms"] >= 0


def test_calls_that_go_nowhere_are_logged_too(fleet):
    """Without their query either."""
    fleet.envoy.call("GET", "/nope?key=hidden", headers={"x-request-id": "log-2"})
    line = eventually(lambda: line_of(fleet, "log-2"))

    assert "hidden" not in str(line)
    assert ("/nope", 404) == (line["path"], line["status"])


def line_of(fleet, request_id):
    return next((ln for ln in fleet.envoy.access_log() if ln["request_id"] == request_id), None)


def test_envoy_outlives_the_thread_that_asked_for_it(tmp_path):
    """With hot restart it would die with the thread that started it."""
    file = GatewayFile.model_validate({"port": free_port(), "routes": ROUTES})
    write_gateway(file, tmp_path)
    ready = Admin(admin_address(file, tmp_path)).ready
    with ThreadPoolExecutor(1) as pool:
        process = pool.submit(start_until, ready, file, tmp_path).result()
    with stopping(process), pytest.raises(subprocess.TimeoutExpired):
        process.wait(1)


def start_until(ready, file, folder):
    process = start_envoy(envoy_command(file, folder), folder / "log")
    eventually(ready)
    return process


def test_the_command_becomes_envoy(tmp_path):
    """A parent in between would be one whose end kills Envoy, and to which signals go."""
    file = {"port": free_port(), "routes": ROUTES}
    source = tmp_path / "gateway.yaml"
    source.write_text(yaml.safe_dump(file))
    args = ["--config", source, "--out", tmp_path]
    process = subprocess.Popen([sys.executable, "-m", "fleet_gateway", *args, "--run"])
    with stopping(process):
        eventually(Admin(f"unix:{tmp_path}/admin.sock").ready)

        assert "envoy" == Path(f"/proc/{process.pid}/exe").resolve().name
        drained = subprocess.run(
            [sys.executable, "-m", "fleet_gateway", *args, "--drain"], check=False
        )

    assert 0 == drained.returncode


@contextmanager
def stopping(process):
    """Stop `process` at the end."""
    try:
        yield
    finally:
        stop_process(process)


def test_tls_serves_rest_and_grpc(start, certificate):
    """HTTP/1.1 and HTTP/2, as the caller likes."""
    fleet = start(tls=certificate)
    context = ssl.create_default_context(cafile=certificate["cert"])
    port = fleet.envoy.file.port
    with closing(HTTPSConnection("localhost", port, context=context, timeout=10)) as connection:
        connection.request("GET", "/v1/version")

        assert 200 == connection.getresponse().status
    credentials = grpc.ssl_channel_credentials(Path(certificate["cert"]).read_bytes())
    with grpc.secure_channel(f"localhost:{port}", credentials) as channel:
        assert channel.unary_unary("/fleet.inference.v1.ModelService/ListModels")(b"")
