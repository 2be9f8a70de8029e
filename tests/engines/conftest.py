"""Engines of others, each in an environment of its own, with a fleet around it or before it."""

import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import msgspec
import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families

from fleet_bench.engines.gguf_file import convert
from fleet_cli import tether
from fleet_models.store import ModelStore
from fleet_runtime.encoded import event_data
from fleet_testing import peers
from fleet_testing.envoy import Answer, free_port
from fleet_testing.fleet import ENCODER, ENGINE, Fleet, Values, running_fleet
from fleet_testing.gateway import eventually
from fleet_testing.lora import write_adapter
from fleet_testing.made_models import write_reranker, write_speaker

HERE = Path(__file__).parent
# In seconds.
ANSWER = 120.0
START = 300.0
END = 30.0
REFRESH = 0.5

Json = dict[str, Any]

# vLLM's, for a machine without a GPU that others use as well.
ENVIRONMENT = {
    "OMP_WAIT_POLICY": "PASSIVE",
    "GOMP_SPINCOUNT": "0",
    # What vLLM would compile for its sampler takes longer than all these tests.
    "TORCHDYNAMO_DISABLE": "1",
    "VLLM_CPU_KVCACHE_SPACE": "1",
    "VLLM_CPU_OMP_THREADS_BIND": "nobind",
    # The executor `uni`, one process less, wants it so. The engine has a process of its own all the same.
    "VLLM_ENABLE_V1_MULTIPROCESSING": "0",
    "VLLM_NO_USAGE_STATS": "1",
    "HF_HUB_OFFLINE": "1",
}
FLAGS = {"dtype": "float32", "enforce_eager": True, "distributed_executor_backend": "uni"}


@dataclass(frozen=True)
class Caller:
    """Plain HTTP to a fleet's gateway, for the one model that a test is about."""

    fleet: Fleet
    model: str

    def post(self, path: str, **fields: Any) -> Answer:
        """Send a request about the model, and return the whole answer."""
        body = msgspec.json.encode({"model": self.model} | fields)
        headers = {"content-type": "application/json"}
        with closing(HTTPConnection(self.fleet.target, timeout=ANSWER)) as connection:
            connection.request("POST", f"/v1/{path}", body, headers)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())

    def chat(self, text: str = "Say hello.", **fields: Any) -> Answer:
        """Say something to the model."""
        return self.post("chat/completions", messages=[{"role": "user", "content": text}], **fields)

    def chunks(self, text: str = "Say hello.", **fields: Any) -> list[Json]:
        """Say something to the model, and return the chunks of its answer."""
        answer = self.chat(text, stream=True, **fields)
        assert 200 == answer.status, answer.body
        assert answer.body.endswith(b"data: [DONE]\n\n")
        return [msgspec.json.decode(data) for data in event_data(answer.body)]

    def models(self) -> set[str]:
        """Return the names of all models of the fleet."""
        with urllib.request.urlopen(f"{self.fleet.base_url}/models", timeout=ANSWER) as answer:
            return {model["id"] for model in msgspec.json.decode(answer.read())["data"]}

    def metrics(self, service: str) -> dict[str, float]:
        """Return the metrics of a service by name, each summed over its labels."""
        environ = psutil.Process(self.fleet.pid(service)).environ()
        return metrics_at(f"http://{environ['FLEET_METRICS_LISTEN']}/metrics")


def metrics_at(url: str) -> dict[str, float]:
    """Return the metrics at `url` by name, each summed over its labels."""
    found: dict[str, float] = {}
    with urllib.request.urlopen(url, timeout=ANSWER) as answer:
        for family in text_string_to_metric_families(answer.read().decode()):
            for sample in family.samples:
                found[sample.name] = found.get(sample.name, 0.0) + sample.value
    return found


@pytest.fixture(scope="session")
def vllm_bin() -> Path:
    """The `bin` folder of the environment with vLLM, and with the fleet."""
    return peers.vllm()


@pytest.fixture(scope="session")
def adapters(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of LoRA adapters that the engine watches; `first` is in it from the start."""
    folder = tmp_path_factory.mktemp("adapters")
    write_adapter(folder / "first", ModelStore().path(ENGINE), seed=1)
    return folder


@pytest.fixture(scope="session")
def vllm(vllm_bin: Path, adapters: Path) -> Iterator[Caller]:
    """A fleet whose runner is vLLM."""
    with running_fleet(_values(adapters), vllm_bin, ENVIRONMENT) as fleet:
        yield Caller(fleet, "engine")


def _values(adapters: Path) -> Values:
    chat = {
        "model": ENGINE,
        "adapters": str(adapters),
        "engine_args": FLAGS
        | {
            "max_model_len": 1024,
            "max_num_seqs": 8,
            "tool_call_parser": "hermes",
            # Small models like to write spaces for ever.
            "structured_outputs_config": {"backend": "xgrammar", "disable_any_whitespace": True},
        },
    }
    embed = {"model": ENCODER, "engine_args": FLAGS | {"runner": "pooling", "max_num_seqs": 8}}
    models = [
        {"id": "engine", "provider": "runner", "provider_model_id": ENGINE},
        {"id": "encoder", "provider": "embedder", "provider_model_id": ENCODER},
    ]
    return {
        "services": {
            "runner": _service({"id": "vllm", "type": "inline::vllm", "config": chat}),
            "embedder": _service({"id": "vllm", "type": "inline::vllm", "config": embed}),
            "inference": {"expose": True}
            | _service(
                {"id": "runner", "type": "remote::runner", "config": {"service": "runner"}},
                {"id": "embedder", "type": "remote::runner", "config": {"service": "embedder"}},
                models=models,
            ),
        }
    }


@pytest.fixture(scope="session")
def made_models(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a model that thinks before it speaks, and of one that reranks."""
    folder = tmp_path_factory.mktemp("made")
    store = ModelStore()
    tags = {"<issue_start>": "<think>", "<issue_closed>": "</think>"}
    saying = "<think>So it is.</think> Yes, indeed!"
    write_speaker(folder / "thinker", store.path(ENGINE), "\n", saying, tags)
    write_reranker(folder / "reranker", store.path(ENCODER))
    return folder


@pytest.fixture(scope="module")
def thinker(vllm_bin: Path, made_models: Path) -> Iterator[Caller]:
    """A fleet with a runner for each of the models that are made: `thinker` and `reranker`."""
    flags = {
        "thinker": {"max_model_len": 256, "max_num_seqs": 8, "reasoning_parser": "deepseek_r1"},
        "reranker": {"runner": "pooling", "max_num_seqs": 8},
    }
    with running_fleet(_made_values(made_models, flags), vllm_bin, ENVIRONMENT) as fleet:
        yield Caller(fleet, "thinker")


def _made_values(folder: Path, flags: Mapping[str, Json]) -> Values:
    """Return a fleet with a runner for each model of `folder` that has flags."""
    paths = {name: str(folder / name) for name in flags}
    runners = {
        name: _service(
            {
                "id": "vllm",
                "type": "inline::vllm",
                "config": {"model": paths[name], "engine_args": FLAGS | more},
            }
        )
        for name, more in flags.items()
    }
    router = _service(
        *({"id": name, "type": "remote::runner", "config": {"service": name}} for name in runners),
        models=[
            {"id": name, "provider": name, "provider_model_id": path}
            for name, path in paths.items()
        ],
    )
    return {"services": runners | {"inference": {"expose": True} | router}}


def _service(*providers: Json, **more: Any) -> Json:
    """Return a deployment of the inference service."""
    config = {"providers": list(providers), "refresh_seconds": REFRESH} | more
    return {"api": "inference", "config": config}


@pytest.fixture(scope="session")
def refusals(vllm_bin: Path) -> Iterator[Callable[[Json], str]]:
    """What `inline::vllm` says to flags, in a process that imports vLLM once."""
    command = [str(vllm_bin / "python"), str(HERE / "flag_checker.py")]
    pipe = subprocess.PIPE
    with subprocess.Popen(
        command, stdin=pipe, stdout=pipe, env={**os.environ, **ENVIRONMENT}
    ) as checker:

        def ask(flags: Json) -> str:
            assert checker.stdin is not None
            assert checker.stdout is not None
            checker.stdin.write(msgspec.json.encode(flags) + b"\n")
            checker.stdin.flush()
            told: str = msgspec.json.decode(checker.stdout.readline())
            return told

        yield ask


@dataclass(frozen=True)
class Server:
    """The server of an engine, and what is peculiar about it.

    Attributes:
        kind: The provider that talks to it.
        model: Its own name of the model.
        command: What runs it, given the port.
        unknown_model: The status for a model that it does not have.
        running: The metric of how many answers it produces, if it tells.
        lacks: What it cannot do, and how that shows.
    """

    kind: str
    model: str
    command: Callable[[int], list[str]]
    unknown_model: int
    running: str = ""
    lacks: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Engine(Caller):
    """A fleet before the server of an engine."""

    server: Server
    port: int

    def needs(self, ability: str) -> None:
        """Skip a test of what this engine cannot do."""
        if ability in self.server.lacks:
            pytest.skip(f"{self.model}: {self.server.lacks[ability]}")

    def running(self) -> float:
        """Return how many answers it produces."""
        return metrics_at(f"http://127.0.0.1:{self.port}/metrics")[self.server.running]


@pytest.fixture(scope="session")
def servers(vllm_bin: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Server]:
    """The servers by the names that the fleet has for their models. Three are in two environments."""
    model = str(ModelStore().path(ENGINE))

    def vllm(port: int) -> list[str]:
        entry = "vllm.entrypoints.launchers.api_server.entry"
        place = ["--host", "127.0.0.1", "--port", str(port), "--model", model]
        names = ["--served-model-name", ENGINE, "--tool-call-parser", "hermes"]
        tools = ["--enable-auto-tool-choice", "--tool-strict-level", "parameter"]
        flags = ["--dtype", "float32", "--enforce-eager", "--max-model-len", "1024"]
        flags += ["--distributed-executor-backend", "uni"]
        return [str(vllm_bin / "python"), "-m", entry, *place, *names, *tools, *flags]

    def llama_cpp(port: int) -> list[str]:
        python = peers.llama_cpp() / "python"
        file = tmp_path_factory.mktemp("gguf") / "model.gguf"
        convert(Path(model), "q8_0", file)
        return [str(python), str(HERE / "llamacpp_server.py"), str(file), str(port)]

    def transformers(port: int) -> list[str]:
        serve = [str(vllm_bin / "transformers"), "serve", model]
        return [
            *serve,
            "--host",
            "127.0.0.1",
            "--port",
            str(port),
            *("--device", "cpu", "--dtype", "float32"),
        ]

    return {
        "vllm": Server("remote::vllm", ENGINE, vllm, 404, "vllm:num_requests_running"),
        "llama-cpp": Server(
            "remote::llama-cpp-server",
            ENGINE,
            llama_cpp,
            200,
            "llamacpp:requests_processing",
            {"whole answers that stop": "goes on when a caller leaves who does not stream"},
        ),
        "transformers": Server(
            "remote::openai",
            model,
            transformers,
            400,
            lacks={
                "guided answers": "holds no answer to a schema, and forces no calls",
                "limits": "takes prompts of any length",
                "streamed answers that stop": "does not tell what it is doing",
                "whole answers that stop": "does not tell what it is doing",
            },
        ),
    }


@pytest.fixture(scope="session")
def router(servers: dict[str, Server]) -> Iterator[tuple[Fleet, dict[str, int]]]:
    """A fleet before all servers, of which one at a time is there, and the ports of those."""
    ports = {name: free_port() for name in servers}
    providers = [
        {
            "id": f"{name}-server",
            "type": server.kind,
            "config": {"base_url": f"http://127.0.0.1:{ports[name]}/v1"},
        }
        for name, server in servers.items()
    ]
    models = [
        {"id": name, "provider": f"{name}-server", "provider_model_id": server.model}
        for name, server in servers.items()
    ]
    values = {"services": {"inference": {"expose": True} | _service(*providers, models=models)}}
    with running_fleet(values) as fleet:
        yield fleet, ports


@pytest.fixture(scope="module", params=["llama-cpp", "transformers", "vllm"])
def engine(
    request: pytest.FixtureRequest,
    servers: dict[str, Server],
    router: tuple[Fleet, dict[str, int]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Engine]:
    """Each of the engines in turn, while its server runs."""
    fleet, ports = router
    server, port = servers[request.param], ports[request.param]
    log = tmp_path_factory.mktemp("server") / "log"
    with _running(server.command(port), port, log):
        yield Engine(fleet, request.param, server, port)


@contextmanager
def _running(command: list[str], port: int, log: Path) -> Iterator[None]:
    """Run a server until the block ends."""
    tied = [sys.executable, tether.__file__, str(os.getpid()), *command]
    with log.open("wb") as output:
        process = subprocess.Popen(
            tied,
            env={**os.environ, **ENVIRONMENT},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        eventually(lambda: _answers(process, port, log), START)
        yield
    finally:
        process.terminate()
        with suppress(subprocess.TimeoutExpired):
            process.wait(END)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)  # and what it may have left behind
        process.wait()


def _answers(process: "subprocess.Popen[bytes]", port: int, log: Path) -> bool:
    assert process.poll() is None, log.read_text(errors="replace")[-3000:]
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=ANSWER):
            return True
    except OSError:
        return False
