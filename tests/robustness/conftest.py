"""A whole fleet as a person would start it: launcher, Postgres, runner, router and Envoy, all real processes.

Only the model server behind the provider `remote` is a fake one, as it has to misbehave.
"""

import asyncio
import urllib.request
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import closing, suppress
from dataclasses import dataclass
from http.client import HTTPConnection
from typing import Any

import aiohttp
import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families

from fleet_cli.state import ProgramState
from fleet_testing.background import in_background
from fleet_testing.envoy import Answer
from fleet_testing.fleet import Fleet, running_fleet, small_fleet
from fleet_testing.gateway import eventually
from fleet_testing.openai_upstream import OpenAIUpstream, openai_upstream

JSON = {"content-type": "application/json"}
# In seconds. A busy machine takes ten times as long to load an engine as an idle one.
RECOVERY = 90.0
ANSWER = 30.0


@dataclass(frozen=True)
class Watched:
    """A fleet, and what is to be seen of it from outside."""

    running: Fleet

    def call(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Call the REST face over a connection of its own, and return the answer."""
        with closing(HTTPConnection(self.running.target, timeout=ANSWER)) as connection:
            # Who refuses a body may hang up before all of it is there; the answer came first.
            with suppress(BrokenPipeError, ConnectionResetError):
                connection.request(method, path, body=body, headers={**JSON, **(headers or {})})
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())

    def is_well(self) -> bool:
        """Whether every process is ready, and models are listed from every provider."""
        state = self.running.state()
        if state is None or any(program.condition != "ready" for program in state.programs):
            return False
        try:
            listed = {model["id"] for model in self.call("GET", "/v1/models").json()["data"]}
        except (OSError, KeyError):
            return False
        return {"engine", "encoder", "remote/chat"} <= listed

    def await_well(self) -> None:
        eventually(self.is_well, RECOVERY)

    def program(self, service: str) -> ProgramState:
        return self.running.program(service)

    def metric(self, service: str, name: str) -> float:
        """Return the sum of a metric over its labels."""
        environ = psutil.Process(self.running.pid(service)).environ()
        url = f"http://{environ['FLEET_METRICS_LISTEN']}/metrics"
        with urllib.request.urlopen(url, timeout=ANSWER) as answer:
            families = text_string_to_metric_families(answer.read().decode())
            return sum(s.value for f in families for s in f.samples if s.name == name)

    @property
    def running_answers(self) -> float:
        """How many answers the engine is producing."""
        return self.metric("runner", "engine_num_requests_running")

    @property
    def waiting_answers(self) -> float:
        """How many answers wait for the engine."""
        return self.metric("runner", "engine_num_requests_waiting")

    def memory(self, service: str) -> int:
        """Return the resident memory of a process, in bytes."""
        return int(psutil.Process(self.running.pid(service)).memory_info().rss)


def values(upstream: OpenAIUpstream, *, replicas: int, whole: bool = False) -> dict[str, Any]:
    """Return the values of a fleet whose engine makes two answers at once, and lets two wait.

    If it is `whole`, it has documents and agents too.
    """
    tree = small_fleet(upstream.url, postgres=True, documents=whole, agents=whole)
    runner, inference = tree["services"]["runner"], tree["services"]["inference"]
    engine = {"max_context": 2048, "max_sequences": 2, "max_waiting": 2, "threads": 1}
    runner["config"]["providers"][0]["config"] |= engine
    # Else what the model server makes up would be among what the documented wire format is held to.
    inference["config"]["store"]["completions"] = "requested"
    runner["replicas"] = inference["replicas"] = replicas
    return tree | {"gateway": {"concurrency": 1, "timeouts": {"request_headers": 2, "request": 8}}}


@pytest.fixture(scope="session")
def upstream() -> Iterator[OpenAIUpstream]:
    """The model server behind the provider `remote`."""
    with in_background(openai_upstream()) as upstream:
        yield upstream


@pytest.fixture(scope="session")
def one_fleet(upstream: OpenAIUpstream) -> Iterator[Watched]:
    with running_fleet(values(upstream, replicas=1, whole=True)) as fleet:
        yield Watched(fleet)


@pytest.fixture
def fleet(one_fleet: Watched) -> Watched:
    """The fleet, well again after whatever the last test did to it."""
    one_fleet.await_well()
    return one_fleet


@pytest.fixture(scope="module")
def pair(upstream: OpenAIUpstream) -> Iterator[Watched]:
    """A fleet with two routers and two runners."""
    with running_fleet(values(upstream, replicas=2)) as fleet:
        yield Watched(fleet)


@pytest.fixture
async def http(fleet: Watched) -> AsyncIterator[aiohttp.ClientSession]:
    """A client of the fleet's REST face."""
    async with connected(fleet) as session:
        yield session


@pytest.fixture
async def pair_http(pair: Watched) -> AsyncIterator[aiohttp.ClientSession]:
    """A client of the REST face of `pair`."""
    pair.await_well()
    async with connected(pair) as session:
        yield session


def connected(fleet: Watched) -> aiohttp.ClientSession:
    """Return a client that opens as many connections as it has calls."""
    return aiohttp.ClientSession(
        fleet.running.root,
        connector=aiohttp.TCPConnector(limit=0),
        timeout=aiohttp.ClientTimeout(ANSWER * 4),
    )


@pytest.fixture
def until() -> Callable[[Callable[[], object]], Any]:
    """Return what waits until a claim holds, while the test's own tasks go on."""

    async def wait(claim: Callable[[], object]) -> None:
        await asyncio.to_thread(eventually, claim, RECOVERY)

    return wait


@pytest.fixture
def pause(upstream: OpenAIUpstream) -> Iterator[Callable[[float], None]]:
    """Return what sets the model server's pause between chunks, in seconds; undone afterwards."""
    before = upstream.pause

    def set_pause(seconds: float) -> None:
        upstream.pause = seconds

    yield set_pause
    upstream.pause = before
