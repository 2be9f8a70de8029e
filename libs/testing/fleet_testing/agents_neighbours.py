"""The services that the agents service calls, as real gRPC servers.

A model that says what a test wrote for it, tools
that keep count of their calls, stores and shields of a few lines.

    neighbours = Neighbours()
    neighbours.model.say(calls=[("weather", '{"city": "Oslo"}')])   # the first answer
    neighbours.model.say("It rains.")                               # the second
    async with running(neighbours) as addresses:
        ...  # FLEET_ADDRESSES=addresses
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Literal

import msgspec

from fleet.inference.v1 import messages as i
from fleet.inference.v1.operations import CREATE_CHAT_COMPLETION, INFERENCE_SERVICE
from fleet.safety.v1 import messages as s
from fleet.safety.v1.operations import RUN_SHIELD, SAFETY_SERVICE
from fleet.tools.v1 import messages as t
from fleet.tools.v1.operations import INVOKE_TOOL, LIST_RUNTIME_TOOLS, TOOL_RUNTIME_SERVICE
from fleet.vector_io.v1 import messages as v
from fleet.vector_io.v1.operations import SEARCH_VECTOR_STORE, VECTOR_STORE_SERVICE
from fleet_runtime.call import Call
from fleet_runtime.errors import FleetError, NotFound
from fleet_runtime.operation import Binding, BoundService
from fleet_runtime.serve import serving
from fleet_testing.agents_files import Files

Json = dict[str, Any]


@dataclass(frozen=True)
class Turn:
    """One answer of the model.

    Attributes:
        text: What it says.
        calls: The tools that it calls, each with its arguments as JSON text.
        thoughts: What it thinks first.
        refusal: Why it does not answer.
        finish: Why it ends; by what it says if unset.
        error: What it fails with, in place of the rest.
        late: What it fails with after all the rest.
        held: Whether it waits for `Model.gate` after its first word.
        pieces: The text as it comes, where that is not word by word.
        logprobs: Whether it says how likely its tokens were.
    """

    text: str = ""
    calls: Sequence[tuple[str, str]] = ()
    thoughts: str = ""
    refusal: str = ""
    finish: str | None = None
    error: FleetError | None = None
    late: FleetError | None = None
    held: bool = False
    pieces: Sequence[str] = ()
    logprobs: bool = False


class Model:
    """A model that says what was written for it, and then "Done." for ever.

    Attributes:
        asked: The requests, oldest first.
        left: How many answers nobody waited for to their end.
        gate: What held answers wait for.
    """

    def __init__(self) -> None:
        self.asked: list[i.ChatCompletionRequest] = []
        self.left = 0
        self.gate = asyncio.Event()
        self._turns: list[Turn] = []
        self._answer: Callable[[i.ChatCompletionRequest], Turn] | None = None

    def say(self, text: str = "", **more: Any) -> None:
        """Have the next answer be this."""
        self._turns.append(Turn(text, **more))

    def answer_by(self, answer: Callable[[i.ChatCompletionRequest], Turn]) -> None:
        """Have each answer be what `answer` returns for its request."""
        self._answer = answer

    async def create_chat_completion(
        self, request: i.ChatCompletionRequest, call: Call
    ) -> i.ChatCompletion | AsyncGenerator[i.ChatCompletionChunk, None]:
        """Answer with the next of what was written."""
        del call
        self.asked.append(request)
        turn = self._next(request)
        if turn.error is not None:
            raise turn.error
        return self._streamed(request, turn) if request.stream else _whole(request, turn)

    def _next(self, request: i.ChatCompletionRequest) -> Turn:
        if self._answer is not None:
            return self._answer(request)
        return self._turns.pop(0) if self._turns else Turn("Done.")

    async def _streamed(
        self, request: i.ChatCompletionRequest, turn: Turn
    ) -> AsyncGenerator[i.ChatCompletionChunk, None]:
        ended = False
        try:
            for place, delta in enumerate(_deltas(turn)):
                if place == 1 and turn.held:
                    await self.gate.wait()
                yield _chunk(request, delta, None, logprobs=turn.logprobs)
            if turn.late is not None:
                raise turn.late
            yield _chunk(request, i.Delta(), _finish(turn))
            yield _usage_chunk(request, turn)
            ended = True
        finally:
            self.left += not ended


class Tools:
    """Tools by name, of any group and server, which count their calls.

    Attributes:
        calls: Each call that began: the tool and its arguments.
        ended: How many ended by themselves.
        requests: The same, with all that the caller said.
        listed: How often each server was asked for its tools.
        servers: The tools of MCP servers, by address, and of connectors and groups, by name.
        errors: What asking a server fails with, by address.
    """

    def __init__(self) -> None:
        self.calls: list[tuple[str, Json]] = []
        self.ended = 0
        self.requests: list[t.InvokeToolRequest] = []
        self.listed: dict[str, int] = {}
        self.servers: dict[str, list[t.ToolDef]] = {}
        self.errors: dict[str, FleetError] = {}
        self._results: dict[str, Callable[[Json], Any]] = {}

    def add(self, name: str, result: Callable[[Json], Any]) -> None:
        """Have a tool: `result` takes its arguments, and returns a text, a result or an awaitable of either."""
        self._results[name] = result

    def serve(self, address: str, *names: str, **annotations: bool) -> None:
        """Have a server at `address` with these tools."""
        told = {"annotations": annotations} if annotations else {}
        self.servers[address] = [
            t.ToolDef(
                name=name,
                identifier=name,
                provider_id="mcp",
                provider_resource_id=name,
                parameters=[],
                description=f"Does {name}.",
                input_schema=_raw({"type": "object", "properties": {"x": {"type": "string"}}}),
                metadata=_raw(told),
            )
            for name in names
        ]

    async def invoke_tool(self, request: t.InvokeToolRequest, call: Call) -> t.ToolInvocationResult:
        """Run a tool."""
        del call
        arguments = msgspec.json.decode(request.kwargs or b"{}")
        self.requests.append(request)
        self.calls.append((request.tool_name, arguments))
        if request.tool_name not in self._results:
            raise NotFound(f"There is no tool '{request.tool_name}'.", code="tool_not_found")
        result = self._results[request.tool_name](arguments)
        if asyncio.iscoroutine(result):
            result = await result
        self.ended += 1
        return result if isinstance(result, t.ToolInvocationResult) else text_result(result)

    async def list_runtime_tools(
        self, request: t.ListRuntimeToolsRequest, call: Call
    ) -> t.ToolDefList:
        """List the tools of a server, a connector or a group."""
        del call
        named = request.connector_id or request.tool_group_id or ""
        address = request.mcp_endpoint.uri if request.mcp_endpoint else named
        self.listed[address] = self.listed.get(address, 0) + 1
        if address in self.errors:
            raise self.errors[address]
        if address not in self.servers:
            raise NotFound(f"There is no server at '{address}'.", code="server_not_found")
        return t.ToolDefList(data=self.servers[address])


@dataclass
class Stores:
    """Vector stores, each a list of passages that every query finds.

    Attributes:
        passages: The file, its name and the text of each, by store.
        asked: The requests, oldest first.
    """

    passages: dict[str, list[tuple[str, str, str]]] = field(default_factory=dict)
    asked: list[v.SearchVectorStoreRequest] = field(default_factory=list)

    async def search_vector_store(
        self, request: v.SearchVectorStoreRequest, call: Call
    ) -> v.VectorStoreSearchPage:
        """Find all passages of a store."""
        del call
        self.asked.append(request)
        if request.vector_store_id not in self.passages:
            raise NotFound("There is no such store.", code="vector_store_not_found")
        data = [
            v.VectorStoreSearchResult(
                file_id=file,
                filename=name,
                score=1 / place,
                attributes=_raw({}),
                content=[v.VectorStoreContent(text=text)],
            )
            for place, (file, name, text) in enumerate(self.passages[request.vector_store_id], 1)
        ]
        return v.VectorStoreSearchPage(search_query=[str(request.query)], data=data, has_more=False)


@dataclass
class Shields:
    """Shields that find a word unsafe.

    Attributes:
        forbidden: The word, by shield.
        seen: The texts that were checked, oldest first.
        levels: How bad a shield finds it; an `error` if unset.
        errors: What asking a shield fails with.
        open: What checks of answers wait for.
    """

    forbidden: dict[str, str] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)
    levels: dict[str, Literal["info", "warn", "error"]] = field(default_factory=dict)
    errors: dict[str, FleetError] = field(default_factory=dict)
    open: asyncio.Event | None = None

    async def run_shield(self, request: s.RunShieldRequest, call: Call) -> s.RunShieldResponse:
        """Look for the word in the last message."""
        del call
        if request.shield_id in self.errors:
            raise self.errors[request.shield_id]
        if request.shield_id not in self.forbidden:
            raise NotFound("There is no such shield.", code="shield_not_found")
        said = msgspec.json.encode(request.messages[-1].content).decode()
        self.seen.append(said)
        if self.open is not None and request.messages[-1].role == "assistant":
            await self.open.wait()
        if self.forbidden[request.shield_id] not in said:
            return s.RunShieldResponse()
        violation = s.SafetyViolation(
            violation_level=self.levels.get(request.shield_id, "error"),
            user_message="I cannot talk about that.",
            metadata=_raw({"found": self.forbidden[request.shield_id]}),
        )
        return s.RunShieldResponse(violation=violation)


@dataclass
class Neighbours:
    """All of them."""

    model: Model = field(default_factory=Model)
    tools: Tools = field(default_factory=Tools)
    stores: Stores = field(default_factory=Stores)
    shields: Shields = field(default_factory=Shields)
    files: Files = field(default_factory=Files)


@asynccontextmanager
async def running(neighbours: Neighbours) -> AsyncGenerator[str, None]:
    """Serve them, and yield the value of `FLEET_ADDRESSES` by which they are found."""
    tools = neighbours.tools
    services = [
        BoundService(
            INFERENCE_SERVICE,
            (Binding(CREATE_CHAT_COMPLETION, neighbours.model.create_chat_completion),),
        ),
        BoundService(
            TOOL_RUNTIME_SERVICE,
            (
                Binding(INVOKE_TOOL, tools.invoke_tool),
                Binding(LIST_RUNTIME_TOOLS, tools.list_runtime_tools),
            ),
        ),
        BoundService(
            VECTOR_STORE_SERVICE,
            (Binding(SEARCH_VECTOR_STORE, neighbours.stores.search_vector_store),),
        ),
        BoundService(SAFETY_SERVICE, (Binding(RUN_SHIELD, neighbours.shields.run_shield),)),
        *neighbours.files.services(),
    ]
    async with serving(services) as address:
        names = ("inference", "tools", "vector-io", "safety", "files")
        yield ",".join(f"{name}={address}" for name in names)


def text_result(text: str, *, error: str | None = None, **metadata: Any) -> t.ToolInvocationResult:
    """Return what a tool gives that gives a text."""
    return t.ToolInvocationResult(
        content=[t.ToolContent(type="text", text=text)],
        error_message=error,
        metadata=_raw(metadata),
    )


def _deltas(turn: Turn) -> list[i.Delta]:
    """Return an answer in pieces: words, and arguments in two."""
    deltas = [i.Delta(reasoning_content=word) for word in _words(turn.thoughts)]
    deltas += [i.Delta(content=piece) for piece in turn.pieces or _words(turn.text)]
    deltas += [i.Delta(refusal=word) for word in _words(turn.refusal)]
    for place, (name, arguments) in enumerate(turn.calls):
        half = len(arguments) // 2
        opening = i.FunctionCall(name=name, arguments=arguments[:half])
        first = i.ToolCall(index=place, id=f"call_{place}", type="function", function=opening)
        rest = i.ToolCall(index=place, function=i.FunctionCall(arguments=arguments[half:]))
        deltas += [i.Delta(tool_calls=[first]), i.Delta(tool_calls=[rest])]
    return deltas


def _words(text: str) -> list[str]:
    words = text.split(" ")
    return (
        [word + " " * (place < len(words)) for place, word in enumerate(words, 1)] if text else []
    )


def _finish(turn: Turn) -> str:
    return turn.finish or ("tool_calls" if turn.calls else "stop")


def _usage(turn: Turn) -> i.Usage:
    """Return what an answer cost: 10 tokens read, one made a word."""
    made = len(_deltas(turn))
    return i.Usage(completion_tokens=made, prompt_tokens=10, total_tokens=10 + made)


def _chunk(
    request: i.ChatCompletionRequest,
    delta: i.Delta,
    finish: str | None,
    *,
    logprobs: bool = False,
) -> i.ChatCompletionChunk:
    choice = i.ChunkChoice(index=0, delta=delta, finish_reason=finish)
    if logprobs and delta.content:
        choice.logprobs = i.Logprobs(content=[_logprob(delta.content)])
    return i.ChatCompletionChunk(id="chatcmpl-1", choices=[choice], created=0, model=request.model)


def _logprob(token: str) -> i.TokenLogprob:
    """Return what is said of a token that is one of two."""
    shares = [
        i.TopLogprob(token=one, bytes=list(one.encode()), logprob=-0.7) for one in (token, "x")
    ]
    return i.TokenLogprob(
        token=token, bytes=list(token.encode()), logprob=-0.7, top_logprobs=shares
    )


def _usage_chunk(request: i.ChatCompletionRequest, turn: Turn) -> i.ChatCompletionChunk:
    return i.ChatCompletionChunk(
        id="chatcmpl-1", choices=[], created=0, model=request.model, usage=_usage(turn)
    )


def _whole(request: i.ChatCompletionRequest, turn: Turn) -> i.ChatCompletion:
    message = i.AssistantMessage(content=turn.text or None)
    choice = i.Choice(index=0, finish_reason=_finish(turn), message=message)
    return i.ChatCompletion(
        id="chatcmpl-1", choices=[choice], created=0, model=request.model, usage=_usage(turn)
    )


def _raw(value: Any) -> msgspec.Raw:
    return msgspec.Raw(msgspec.json.encode(value))
