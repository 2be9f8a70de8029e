"""One fleet for all contract tests, and the clients that talk to it, each in an environment of its own."""

import json
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest

from fleet_testing.background import in_background
from fleet_testing.envoy import Answer
from fleet_testing.fleet import Fleet, running_fleet, small_fleet
from fleet_testing.openai_upstream import OpenAIUpstream, openai_upstream
from fleet_testing.peers import client
from fleet_testing.saying_server import saying_server

Headers = Mapping[str, str]
Json = dict[str, Any]

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Side:
    """Where a scenario is played: the models by the names that callers use, and what they say."""

    name: str
    chat: str
    embedding: str
    dimensions: int


SIDES = {
    side.name: side
    for side in (
        Side("engine", "engine", "encoder", 384),
        Side("remote", "remote/chat", "remote/text-embedder", 8),
    )
}
SCRIPTS = {
    "openai-2": "with_openai",
    "openai-3": "with_openai",
    "llama-stack-client": "with_llama_stack",
    "ogx-client": "with_ogx",
    "langchain": "with_langchain",
    "anthropic": "with_anthropic",
    "google-genai": "with_google_genai",
    "llama-stack-client-0.2": "with_llama_stack_0_2",
}


@pytest.fixture(scope="session")
def upstream() -> Iterator[OpenAIUpstream]:
    with in_background(openai_upstream()) as upstream:
        yield upstream


@pytest.fixture(scope="session")
def fleet(upstream: OpenAIUpstream) -> Iterator[Fleet]:
    with running_fleet(small_fleet(upstream.url, documents=True, agents=True)) as fleet:
        yield fleet


@pytest.fixture(scope="session")
def client_bin() -> Callable[[str], Path]:
    """The `bin` folder of a client's environment, by the client's name."""
    return cache(client)


@pytest.fixture(scope="session")
def play(fleet: Fleet, client_bin: Callable[[str], Path]) -> Callable[[str, str], Any]:
    """Play all scenarios of a client against a side, once, and return what each of them saw."""

    @cache
    def played(client: str, side: str) -> Any:
        facts = {"base_url": fleet.base_url, "root": fleet.root, **vars(SIDES[side])}
        return _told(client_bin(client), SCRIPTS[client], facts)

    return played


@pytest.fixture(scope="session")
def play_documents(fleet: Fleet, client_bin: Callable[[str], Path]) -> Callable[[str], Any]:
    """Play all scenarios of a client with files and vector stores, once, and return what each of them saw."""

    @cache
    def played(client: str) -> Any:
        facts = {"base_url": fleet.base_url, "root": fleet.root}
        script = SCRIPTS[client].replace("with", "documents_with", 1)
        return _told(client_bin(client), script, facts)

    return played


@pytest.fixture(scope="session")
def play_agents(
    fleet: Fleet, client_bin: Callable[[str], Path], words_server: str
) -> Callable[[str, str, str], Any]:
    """Play all scenarios of a script with responses by a client against a side, once, and return what each saw."""

    @cache
    def played(client: str, script: str, side: str) -> Any:
        facts = {"base_url": fleet.base_url, "root": fleet.root, "mcp": words_server}
        return _told(client_bin(client), script, facts | vars(SIDES[side]))

    return played


@pytest.fixture(scope="session")
def words_server() -> Iterator[str]:
    """The address of an MCP server with the tool `say`."""
    with in_background(saying_server()) as address:
        yield address


def _told(bin_folder: Path, script: str, facts: Json) -> Any:
    """Run a script of a client with what it must know, and return what it tells."""
    command = [bin_folder / "python", HERE / "clients" / f"{script}.py", json.dumps(facts)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    assert 0 == run.returncode, run.stderr
    return json.loads(run.stdout)


@pytest.fixture(params=SIDES)
def side(request: pytest.FixtureRequest) -> Side:
    """Each side in turn."""
    return SIDES[request.param]


@dataclass(frozen=True)
class Wire:
    """Plain HTTP to the gateway: no client library adds, drops or renames anything."""

    target: str

    def call(
        self, method: str, path: str, body: bytes | None = None, headers: Headers | None = None
    ) -> Answer:
        """Send a request over a connection of its own, and return the whole answer."""
        with closing(HTTPConnection(self.target, timeout=60)) as connection:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())

    def post(self, path: str, body: bytes | Json, headers: Headers | None = None) -> Answer:
        """Send JSON, or bytes that may be none."""
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.call(
            "POST", path, sent, {"content-type": "application/json", **(headers or {})}
        )


@pytest.fixture(scope="session")
def wire(fleet: Fleet) -> Wire:
    return Wire(fleet.target)


@pytest.fixture(scope="session")
def plain_http() -> type[Wire]:
    """What speaks plain HTTP to another fleet, by its target."""
    return Wire


@pytest.fixture(scope="session")
def script() -> Callable[[str], Path]:
    """The path of a client's script, by its name."""
    return lambda name: HERE / "clients" / f"{name}.py"
