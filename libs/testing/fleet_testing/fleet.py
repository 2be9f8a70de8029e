"""A whole fleet, started by the launcher as a user starts it: router, runner, inspect, database and Envoy.

    with in_background(openai_upstream()) as upstream, running_fleet(small_fleet(upstream.url)) as fleet:
        fleet.base_url  # http://127.0.0.1:45123/v1, for SDKs
        fleet.target    # 127.0.0.1:45123, for gRPC channels; fleet.target_of("runner") goes past the gateway
        fleet.pid("runner"), fleet.log("runner"), fleet.state()
        fleet.kill("runner")         # SIGKILL; the launcher starts it anew
        fleet.await_ready("runner")
        fleet.restart("inference")   # SIGTERM, so that it drains; returns when its successor is ready

Services: `runner` (`ENGINE` and `ENCODER`), `inference`, `inspect`, `gateway`, and if `small_fleet` is told so `files`,
`vector-io` and `postgres`. All ports are free ones. The fleet has a `LLAMA_HOME` of its own, but the user's models. It
ends with the block, and with this process however that ends.
"""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

import msgspec
import yaml

from fleet_cli import tether
from fleet_cli.home import llama_home
from fleet_cli.state import FleetState, ProgramState
from fleet_testing.envoy import free_port

ENGINE = "HuggingFaceTB/SmolLM2-135M-Instruct"
"""The chat model that the runner has; `small_fleet` calls it `engine` as well."""
ENCODER = "sentence-transformers/all-MiniLM-L6-v2"
"""The embedding model that the runner has; `small_fleet` calls it `encoder` as well."""

NAME = "test"
OWN_BIN = Path(sys.executable).parent
START_DEADLINE = 300.0
STOP_DEADLINE = 60.0
LOOK_AGAIN = 0.05

Values = dict[str, Any]


class FleetError(Exception):
    """The fleet, or a part of it, did not get ready in time; the text says what it said."""


def small_fleet(
    upstream: str, *, postgres: bool = False, documents: bool = False, agents: bool = False
) -> Values:
    """Return the values of a fleet with a small engine, and model servers at `upstream`.

    Args:
        upstream: Where the API of a model server begins, such as `OpenAIUpstream.url`. The provider `remote` talks to
            it, and `remote/chat` is `chat` as well; so does `impatient`, which waits a second at most. The provider
            `down` has a server that is not there.
        postgres: Keep state in the embedded Postgres, not in SQLite, which starts faster.
        documents: Keep files and vector stores too, whose chunks are in the same database.
        agents: Make responses too, with tools of every MCP server on this machine; and with documents, batches,
            datasets, training and keys.
    """
    runner = [
        _provider(
            "llama", "inline::meta-reference", model=ENGINE, max_context=1024, max_sequences=8
        ),
        _provider("minilm", "inline::sentence-transformers", model=ENCODER),
    ]
    providers = [
        _provider("runner", "remote::runner", service="runner"),
        _provider("remote", "remote::openai", base_url=upstream, api_key="sk-test"),
        _provider("impatient", "remote::openai", base_url=upstream, network={"timeout": 1.0}),
        _provider("down", "remote::openai", base_url="http://127.0.0.1:1/v1"),
    ]
    models = [
        {"id": "chat", "provider": "remote", "provider_model_id": "chat"},
        {"id": "engine", "provider": "runner", "provider_model_id": ENGINE},
        {"id": "encoder", "provider": "runner", "provider_model_id": ENCODER, "type": "embedding"},
    ]
    store = _store("completions", postgres)
    services: Values = {
        "runner": {"api": "inference", "config": {"providers": runner}},
        "inference": {
            "expose": True,
            "config": {"providers": providers, "models": models, "store": store},
        },
        "inspect": {"expose": True, "config": {"services": ["inference", "runner"]}},
    }
    if documents:
        services |= _documents(postgres)
        services["inspect"]["config"]["services"] += ["files", "vector-io"]
    if agents:
        services |= _agents(postgres)
        services["inspect"]["config"]["services"] += ["agents", "tools", "safety"]
    if documents and agents:
        trainers = {"providers": [_provider("hf", "inline::huggingface", device="cpu")]}
        own: Values = {"auth": {}, "batches": {}, "eval": {}, "post-training": trainers}
        for name, settings in own.items():
            config = settings | {"store": _store(name, postgres)}
            services[name] = {"expose": True, "config": config}
            services["inspect"]["config"]["services"] += [name]
    return {
        "gateway": {"cors": {"allow_origins": ["http://localhost:*"]}},
        "services": services,
    }


def _documents(postgres: bool) -> Values:
    """Return the services that keep files and vector stores."""
    chunks = (
        _provider("chunks", "remote::pgvector", url={"env": "DATABASE_URL"})
        if postgres
        else _provider("chunks", "inline::sqlite-vec", db_path="chunks.sqlite")
    )
    files: Values = {"providers": [_provider("disk", "inline::localfs")]}
    stores: Values = {"providers": [chunks], "default_embedding_model": "encoder"}
    return {
        "files": {"expose": True, "config": files | {"store": _store("files", postgres)}},
        "vector-io": {"expose": True, "config": stores | {"store": _store("stores", postgres)}},
    }


def _agents(postgres: bool) -> Values:
    """Return the services that make responses, and run their tools."""
    tools: Values = {
        "providers": [
            _provider("mcp", "remote::model-context-protocol", allowed=["127.0.0.0/8"]),
            _provider("code", "inline::code-interpreter"),
            _provider("search", "inline::file-search"),
        ],
        "tool_groups": [
            {"toolgroup_id": "builtin::code_interpreter", "provider_id": "code"},
            {"toolgroup_id": "builtin::file_search", "provider_id": "search"},
        ],
    }
    safety: Values = {
        "providers": [_provider("scanner", "inline::code-scanner")],
        "shields": [{"shield_id": "scanner", "provider_id": "scanner"}],
    }
    agents: Values = {"safety": "safety", "default_shields": ["scanner"]}
    return {
        "safety": {"expose": True, "config": safety | {"store": _store("safety", postgres)}},
        "agents": {"expose": True, "config": agents | {"store": _store("agents", postgres)}},
        "tools": {"expose": True, "config": tools | {"store": _store("tools", postgres)}},
    }


def _store(name: str, postgres: bool) -> Values:
    """Return where a service keeps its state."""
    url: Any = {"env": "DATABASE_URL"} if postgres else f"sqlite:///{name}.sqlite"
    return {"database": {"url": url}}


@dataclass(frozen=True)
class Fleet:
    """A running fleet.

    Attributes:
        port: The gateway's port.
        home: Its `LLAMA_HOME`.
        process: Its supervisor.
    """

    port: int
    home: Path
    process: "subprocess.Popen[bytes]"

    @property
    def target(self) -> str:
        """The gateway's address, as gRPC channels take it."""
        return f"127.0.0.1:{self.port}"

    @property
    def root(self) -> str:
        """The gateway's URL."""
        return f"http://{self.target}"

    @property
    def base_url(self) -> str:
        """Where the API begins, as SDKs of OpenAI take it."""
        return f"{self.root}/v1"

    @property
    def folder(self) -> Path:
        """The folder of all that it writes."""
        return self.home / "run" / NAME

    def state(self) -> FleetState | None:
        """Return what the supervisor last wrote; nothing at the very start."""
        file = self.folder / "state.json"
        return msgspec.json.decode(file.read_bytes(), type=FleetState) if file.exists() else None

    def program(self, service: str) -> ProgramState:
        """Return the state of one process: `runner`, or `runner-2` for a second replica."""
        state = self.state()
        programs = {program.name: program for program in state.programs} if state else {}
        return programs[service]

    def pid(self, service: str) -> int:
        """Return the process id of a service that runs."""
        pid = self.program(service).pid
        if pid is None:
            raise FleetError(f"{service} has no process")
        return pid

    def target_of(self, service: str) -> str:
        """Return the address of the service itself."""
        return self.program(service).address

    def log(self, service: str) -> Path:
        """Return the log of a service; of `supervisor` too."""
        return self.folder / "log" / f"{service}.log"

    def config(self, service: str) -> Path:
        """Return the config file of a service."""
        return self.folder / "config" / f"{service}.yaml"

    def kill(self, service: str, word: signal.Signals = signal.SIGKILL) -> int:
        """Send `word` to a service, and return the process id that it had."""
        pid = self.pid(service)
        os.kill(pid, word)
        return pid

    def restart(self, service: str, seconds: float = START_DEADLINE) -> None:
        """Let a service drain and end, and return when its successor is ready."""
        self.await_ready(service, seconds, after=self.kill(service, signal.SIGTERM))

    def await_ready(
        self, service: str, seconds: float = START_DEADLINE, *, after: int | None = None
    ) -> None:
        """Return when a service is ready; with `after`, when a process other than that one is.

        Raises:
            FleetError: It was not within `seconds`.
        """
        deadline = time.monotonic() + seconds
        while True:
            program = self.program(service)
            if program.condition == "ready" and program.pid not in (None, after):
                return
            self._go_on(deadline, f"{service} is {program.condition}", service)

    def stop(self) -> None:
        """Let the fleet drain and end; kill it if that takes too long."""
        if self.process.poll() is None:
            self.process.terminate()
        try:
            self.process.wait(STOP_DEADLINE)
        except subprocess.TimeoutExpired:
            self.process.kill()  # its children end with it
            self.process.wait()

    def await_phase(self, phase: str, seconds: float = START_DEADLINE) -> None:
        """Return when the fleet as a whole is in `phase`.

        Raises:
            FleetError: It was not within `seconds`, or it failed.
        """
        deadline = time.monotonic() + seconds
        state = self.state()
        while state is None or state.phase != phase:
            self._go_on(deadline, f"the fleet is not {phase}", "supervisor")
            state = self.state()

    def _go_on(self, deadline: float, what: str, log: str) -> None:
        """Wait a little, unless there is no use."""
        if time.monotonic() > deadline or self.process.poll() is not None:
            raise FleetError(f"{what}; its log ends:\n{_end(self.log(log))}")
        time.sleep(LOOK_AGAIN)


@contextmanager
def running_fleet(
    values: Values, bin_folder: Path = OWN_BIN, environ: Mapping[str, str] = MappingProxyType({})
) -> Iterator[Fleet]:
    """Run a fleet of `values`, laid over the chart's defaults, on free ports.

    Args:
        values: What the fleet is made of.
        bin_folder: The `bin` of the environment that it runs in; that of the tests if unset.
        environ: What its processes find in their environment, besides what is in ours.

    Raises:
        FleetError: It did not become ready.
    """
    # A short path: those of sockets have a limit of 107 bytes.
    home = Path(tempfile.mkdtemp(prefix="fleet-"))
    try:
        fleet = _start(values, home, bin_folder / "llama", environ)
        try:
            fleet.await_phase("ready")
            yield fleet
        finally:
            fleet.stop()
    finally:
        shutil.rmtree(home)


def _start(values: Values, home: Path, launcher: Path, environ: Mapping[str, str]) -> Fleet:
    models = llama_home() / "models"
    models.mkdir(parents=True, exist_ok=True)
    (home / "models").symlink_to(models)
    file = home / f"{NAME}.yaml"
    file.write_text(yaml.safe_dump(values))
    port = free_port()
    command = (str(launcher), "stack", "run", str(file), "--port", str(port))
    log = home / "run" / NAME / "log" / "supervisor.log"
    log.parent.mkdir(parents=True, mode=0o700)
    with log.open("wb") as output:
        process = subprocess.Popen(
            (sys.executable, tether.__file__, str(os.getpid()), *command),
            cwd=home,
            env={**os.environ, **environ, "LLAMA_HOME": str(home)},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    return Fleet(port, home, process)


def _provider(name: str, kind: str, **config: Any) -> Values:
    return {"id": name, "type": kind, "config": config}


def _end(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-30:]) if log.exists() else ""
