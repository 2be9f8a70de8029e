"""A service as it runs: a process with a config, a log, metrics, spans and signals."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc
from opentelemetry.proto.collector.trace.v1 import trace_service_pb2, trace_service_pb2_grpc

from fleet.inference.v1 import chat_pb2
from fleet.inference.v1.inference_pb2_grpc import InferenceServiceStub

pytestmark = pytest.mark.slow

SERVICE = Path(__file__).parent / "echo_service.py"
TRACE_ID = "0af7651916cd43dd8448eb211c80319c"
PARENT_ID = "b7ad6b7169203331"


@dataclass
class Process:
    """A running service."""

    popen: subprocess.Popen[str]
    first: dict[str, object]
    """The first line of its log."""
    address: str
    metrics: str

    def stop(self) -> list[dict[str, object]]:
        """Send `SIGTERM`, and return the log after the first line."""
        self.popen.send_signal(signal.SIGTERM)
        return self.rest()

    def rest(self) -> list[dict[str, object]]:
        out, _ = self.popen.communicate(timeout=20)
        return [json.loads(line) for line in out.splitlines()]


def free_port() -> int:
    with socket.socket() as place:
        place.bind(("127.0.0.1", 0))
        return place.getsockname()[1]


@contextmanager
def running(folder: Path, config="{}", **environ) -> Iterator[Process]:
    """Run the service until the block ends, and wait until it serves."""
    (folder / "config.yaml").write_text(config)
    metrics = f"127.0.0.1:{free_port()}"
    popen = subprocess.Popen(
        [sys.executable, SERVICE],
        env=os.environ
        | {
            "FLEET_CONFIG": str(folder / "config.yaml"),
            "FLEET_LISTEN": "127.0.0.1:0",
            "FLEET_METRICS_LISTEN": metrics,
            "FLEET_SERVICE": "echo",
        }
        | environ,
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        first = json.loads(popen.stdout.readline())
        yield Process(popen, first, f"127.0.0.1:{first.get('port')}", f"http://{metrics}/metrics")
    finally:
        popen.kill()
        popen.communicate()


def ask(text, **fields):
    message = chat_pb2.ChatMessage(role="user", content=chat_pb2.ChatContent(text=text))
    return chat_pb2.ChatCompletionRequest(model="m", messages=[message], **fields)


async def test_stream_in_flight_survives_sigterm(tmp_path):
    """A rolling update loses no token."""
    words = [str(number) for number in range(40)]
    with running(tmp_path, "tick: 0.02") as service:
        async with grpc.aio.insecure_channel(service.address) as channel:
            call = InferenceServiceStub(channel).StreamChatCompletion(ask(" ".join(words)))
            chunks = [await call.read()]
            service.popen.send_signal(signal.SIGTERM)
            while (chunk := await call.read()) is not grpc.aio.EOF:
                chunks.append(chunk)
        log = service.rest()

    assert words == [chunk.choices[0].delta.content for chunk in chunks]
    assert ["draining", "rpc", "stopped"] == [line["event"] for line in log]
    assert 0 == service.popen.returncode


async def test_draining_ends_what_is_too_slow(tmp_path):
    """Kubernetes would kill the process without a word."""
    with running(tmp_path, "tick: 60", FLEET_DRAIN_SECONDS="0.2") as service:
        async with grpc.aio.insecure_channel(service.address) as channel:
            call = InferenceServiceStub(channel).StreamChatCompletion(ask("a b"))
            await asyncio.to_thread(wait_until_counted, service.metrics)
            log = await asyncio.to_thread(service.stop)
            with pytest.raises((grpc.aio.AioRpcError, asyncio.CancelledError)):
                await call.read()

    assert "stopped" in [line["event"] for line in log]
    assert ["CANCELLED"] == [line["status"] for line in log if line["event"] == "rpc"]


def wait_until_counted(url: str) -> None:
    """Wait until a call has begun."""
    for _ in range(1000):
        if b"grpc_server_call_started_total{" in scrape(url):
            return
    raise AssertionError("no call has begun")


def scrape(url: str) -> bytes:
    with urllib.request.urlopen(url) as answer:
        return answer.read()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_idle_service_stops_at_once(tmp_path, number):
    """With or without a cluster."""
    with running(tmp_path) as service:
        service.popen.send_signal(number)
        log = service.rest()

    assert ["draining", "stopped"] == [line["event"] for line in log]
    assert 0 == service.popen.returncode


def test_wrong_config_ends_it_with_a_clear_message(tmp_path):
    """And no traceback."""
    with running(tmp_path, "tock: 1") as service:
        rest = service.rest()

    told = "tock: there is no such setting; did you mean 'tick'? allowed beside it: tick"
    assert ("config.wrong", told) == (service.first["event"], service.first["error"])
    assert [] == rest
    assert 2 == service.popen.returncode


async def test_each_call_is_one_line_without_its_payload(tmp_path):
    """Prompts and keys are nobody's business; the rest is for whoever is on call."""
    with running(tmp_path) as service:
        async with grpc.aio.insecure_channel(service.address) as channel:
            stub = InferenceServiceStub(channel)
            metadata = (
                ("x-request-id", "r-1"),
                ("x-llamastack-provider-data", '{"k":"sk-key"}'),
                ("authorization", "Bearer sk-token"),
            )
            await stub.CreateChatCompletion(ask("private words"), metadata=metadata)
            with pytest.raises(grpc.aio.AioRpcError):
                await stub.CreateChatCompletion(ask("private", n=0))
        log = await asyncio.to_thread(service.stop)
    first, second = [line for line in log if line["event"] == "rpc"]

    assert {"service": "echo", "level": "info", "status": "OK", "request_id": "r-1"} == {
        name: first[name] for name in ("service", "level", "status", "request_id")
    }
    assert "/fleet.inference.v1.InferenceService/CreateChatCompletion" == first["method"]
    assert ("m", 3, 2) == tuple(first[n] for n in ("model", "prompt_tokens", "completion_tokens"))
    assert ("INVALID_ARGUMENT", "invalid_value") == (second["status"], second["error"])
    assert not any(secret in json.dumps(log) for secret in ("private", "sk-key", "sk-token"))


async def test_bug_is_logged_with_its_traceback(tmp_path):
    """The log is the only place where it is said."""
    with running(tmp_path) as service:
        async with grpc.aio.insecure_channel(service.address) as channel:
            with pytest.raises(grpc.aio.AioRpcError):
                await InferenceServiceStub(channel).CreateChatCompletion(ask("break"))
        log = await asyncio.to_thread(service.stop)
    (bug,) = [line for line in log if line["event"] == "rpc.bug"]

    assert "RuntimeError" in bug["exception"]
    assert "echo_service.py" in bug["exception"]


async def test_metrics_are_scraped_by_their_names(tmp_path):
    """Dashboards and alerts find them by these."""
    with running(tmp_path) as service:
        async with grpc.aio.insecure_channel(service.address) as channel:
            stub = InferenceServiceStub(channel)
            assert 2 == len([chunk async for chunk in stub.StreamChatCompletion(ask("a b"))])
            await stub.CreateChatCompletion(ask("a"))
        text = (await asyncio.to_thread(scrape, service.metrics)).decode()
    method = 'grpc_method="/fleet.inference.v1.InferenceService/%s"'
    model = 'gen_ai_provider_name="",gen_ai_request_model="m"'

    for name, labels, value in (
        ("grpc_server_call_started_total", method % "CreateChatCompletion", 1),
        (
            "grpc_server_call_duration_seconds_count",
            method % "StreamChatCompletion" + ',grpc_status="OK"',
            1,
        ),
        ("gen_ai_server_time_to_first_token_seconds_count", model, 1),
        ("gen_ai_client_token_usage_sum", model + ',gen_ai_token_type="input"', 6),
        ("gen_ai_client_token_usage_sum", model + ',gen_ai_token_type="output"', 4),
    ):
        assert f"{name}{{{labels}}} {value}.0" in text


class Collector(trace_service_pb2_grpc.TraceServiceServicer):
    """Takes spans as an OpenTelemetry collector does."""

    def __init__(self):
        self.spans = []

    async def Export(self, request, context):  # noqa: N802 - gRPC's name
        for resource in request.resource_spans:
            for scope in resource.scope_spans:
                self.spans += [(resource.resource, span) for span in scope.spans]
        return trace_service_pb2.ExportTraceServiceResponse()


@pytest.fixture
async def collector():
    """A collector, and its address."""
    server, collector = grpc.aio.server(), Collector()
    trace_service_pb2_grpc.add_TraceServiceServicer_to_server(collector, server)
    collector.address = f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}"
    await server.start()
    yield collector
    await server.stop(None)


async def test_spans_continue_the_callers_trace(tmp_path, collector):
    """One trace from the gateway to the model, and none is lost when the service stops."""
    endpoint = f"http://{collector.address}"
    with running(tmp_path, OTEL_EXPORTER_OTLP_ENDPOINT=endpoint) as service:
        async with grpc.aio.insecure_channel(service.address) as channel:
            metadata = (("traceparent", f"00-{TRACE_ID}-{PARENT_ID}-01"),)
            await InferenceServiceStub(channel).CreateChatCompletion(
                ask("private"), metadata=metadata
            )
        await asyncio.to_thread(service.stop)
    ((resource, span),) = collector.spans
    found = {pair.key: pair.value.string_value or pair.value.int_value for pair in span.attributes}

    assert (TRACE_ID, PARENT_ID) == (span.trace_id.hex(), span.parent_span_id.hex())
    assert "echo" == next(
        p.value.string_value for p in resource.attributes if p.key == "service.name"
    )
    assert "fleet.inference.v1.InferenceService/CreateChatCompletion" == span.name
    assert {
        "rpc.system": "grpc",
        "rpc.service": "fleet.inference.v1.InferenceService",
        "rpc.method": "CreateChatCompletion",
        "rpc.grpc.status_code": "OK",
        "gen_ai.request.model": "m",
        "gen_ai.usage.input_tokens": 3,
        "gen_ai.usage.output_tokens": 2,
    } == found
    assert b"private" not in span.SerializeToString()


async def test_health_says_when_it_serves(tmp_path):
    """Probes and the gateway ask for it."""
    with running(tmp_path) as service:
        async with grpc.aio.insecure_channel(service.address) as channel:
            stub = health_pb2_grpc.HealthStub(channel)
            answer = await stub.Check(health_pb2.HealthCheckRequest())

    assert health_pb2.HealthCheckResponse.SERVING == answer.status
