"""The services that batches calls, as real gRPC servers: a model that repeats what it is told, and files.

neighbours = BatchesNeighbours()
file_id = neighbours.files.keep(jsonl(chat_line("a", "hello")))
async with running(neighbours) as addresses:
    ...  # the value of FLEET_ADDRESSES

The names of models say how they answer: `chat` repeats, `broken` refuses, and so on; see `Model`.
"""

import asyncio
import json
import uuid
from collections import Counter
from collections.abc import AsyncGenerator, Callable, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import msgspec

from fleet.agents.v1 import messages as a
from fleet.agents.v1.operations import CREATE_RESPONSE, RESPONSE_SERVICE
from fleet.files.v1 import messages as f
from fleet.files.v1.operations import DELETE_FILE, FILE_SERVICE, GET_FILE_CONTENT, UPLOAD_FILE
from fleet.inference.v1 import messages as i
from fleet.inference.v1.operations import (
    CREATE_CHAT_COMPLETION,
    CREATE_COMPLETION,
    CREATE_EMBEDDING,
    GET_MODEL,
    INFERENCE_SERVICE,
    MODEL_SERVICE,
)
from fleet_runtime.call import Call
from fleet_runtime.errors import FleetError, NotFound
from fleet_runtime.operation import Binding, BoundService
from fleet_runtime.serve import serving
from fleet_runtime.upload import Upload

Json = dict[str, Any]

# In bytes: of a file that is read.
_PIECE = 256 * 1024
_RESPONSE: Json = {
    "id": "resp_1",
    "created_at": 0,
    "status": "completed",
    "output": [],
    "tools": [],
    "tool_choice": "auto",
    "parallel_tool_calls": True,
    "text": {"format": {"type": "text"}},
    "temperature": 1.0,
    "top_p": 1.0,
    "top_logprobs": 0,
    "frequency_penalty": 0.0,
    "presence_penalty": 0.0,
    "store": True,
    "background": False,
    "truncation": "disabled",
    "service_tier": "default",
    "usage": {
        "input_tokens": 5,
        "input_tokens_details": {"cached_tokens": 2, "cache_write_tokens": 0},
        "output_tokens": 3,
        "output_tokens_details": {"reasoning_tokens": 1},
        "total_tokens": 8,
    },
}


def line(custom_id: str, url: str, body: Json) -> Json:
    """Return a line of an input."""
    return {"custom_id": custom_id, "method": "POST", "url": url, "body": body}


def chat_line(custom_id: str, text: str, model: str = "chat", **more: Any) -> Json:
    """Return a line that says `text` to a model."""
    body = {"model": model, "messages": [{"role": "user", "content": text}], **more}
    return line(custom_id, "/v1/chat/completions", body)


def jsonl(lines: Iterable[Json]) -> bytes:
    """Return the bytes of a file with these lines."""
    return "".join(json.dumps(each) + "\n" for each in lines).encode()


@dataclass
class Files:
    """Files by their ids.

    Attributes:
        kept: What is in each.
        told: What those who uploaded it said of it.
        read: How often each was read to its end.
        errors: What the next calls fail with.
        uploading: How many uploads are there that wait for `gate`.
        gate: What uploads wait for, whose bytes have come.
    """

    kept: dict[str, bytes] = field(default_factory=dict)
    told: dict[str, f.UploadFileRequest] = field(default_factory=dict)
    read: Counter[str] = field(default_factory=Counter)
    errors: list[FleetError] = field(default_factory=list)
    uploading: int = 0
    gate: asyncio.Event | None = None

    def keep(self, data: bytes) -> str:
        """Keep a file, and return its id."""
        file_id = f"file-{uuid.uuid4().hex}"
        self.kept[file_id] = data
        return file_id

    async def upload_file(self, upload: Upload[f.UploadFileRequest], call: Call) -> f.File:
        """Keep a file."""
        del call
        data = b"".join([piece async for piece in upload.content()])
        form = await upload.form()
        if self.errors:
            raise self.errors.pop(0)
        if self.gate is not None:
            self.uploading += 1
            await self.gate.wait()
        file_id = self.keep(data)
        self.told[file_id] = form
        return f.File(
            id=file_id,
            bytes=len(data),
            created_at=0,
            filename=form.filename,
            purpose=form.purpose,
            status="processed",
        )

    async def get_file_content(
        self, request: f.GetFileContentRequest, call: Call
    ) -> AsyncGenerator[f.FileContent, None]:
        """Yield what is in a file."""
        del call
        if self.errors:
            raise self.errors.pop(0)
        if request.file_id not in self.kept:
            raise NotFound("There is no such file.", code="file_not_found", param="file_id")
        return self._pieces(request.file_id)

    async def _pieces(self, file_id: str) -> AsyncGenerator[f.FileContent, None]:
        data = self.kept[file_id]
        for start in range(0, len(data), _PIECE):
            yield f.FileContent(data=data[start : start + _PIECE])
        self.read[file_id] += 1

    async def delete_file(self, request: f.DeleteFileRequest, call: Call) -> f.FileDeleted:
        """Forget a file."""
        del call
        del self.kept[request.file_id]
        return f.FileDeleted(id=request.file_id, deleted=True)


@dataclass
class Model:
    """A model that repeats what it is told. The model `held` waits for `gate`; what `refuse` returns is raised.

    Attributes:
        begun: How often each text was asked.
        answered: How often each text was answered.
        most: The most answers that were under way at once, by model.
        calls: What came along with each call, oldest first.
        received: The requests, oldest first.
        gate: What answers of the model `held` wait for.
        pause: How long each answer takes, in seconds.
        refuse: Returns what a text fails with, if anything.
        unknown: Models that nobody serves.
        keeps: Whether `calls` and `received` are kept.
    """

    begun: Counter[str] = field(default_factory=Counter)
    answered: Counter[str] = field(default_factory=Counter)
    most: Counter[str] = field(default_factory=Counter)
    calls: list[Call] = field(default_factory=list)
    received: list[Any] = field(default_factory=list)
    gate: asyncio.Event = field(default_factory=asyncio.Event)
    pause: float = 0.0
    refuse: Callable[[str], FleetError | None] = field(default=lambda _: None)
    unknown: set[str] = field(default_factory=set)
    keeps: bool = True
    _now: Counter[str] = field(default_factory=Counter)

    async def create_chat_completion(
        self, request: i.ChatCompletionRequest, call: Call
    ) -> i.ChatCompletion:
        """Repeat the last message."""
        text = str(request.messages[-1].content)
        await self._answer(request, text, call)
        message = i.AssistantMessage(content=text)
        return i.ChatCompletion(
            id="chatcmpl-1",
            choices=[i.Choice(index=0, finish_reason="stop", message=message)],
            created=0,
            model=request.model,
            usage=_usage(),
        )

    async def create_completion(self, request: i.CompletionRequest, call: Call) -> i.Completion:
        """Repeat the prompt."""
        await self._answer(request, str(request.prompt), call)
        choice = i.CompletionChoice(index=0, text=str(request.prompt), finish_reason="stop")
        return i.Completion(
            id="cmpl-1", choices=[choice], created=0, model=request.model, usage=_usage()
        )

    async def create_embedding(self, request: i.EmbeddingRequest, call: Call) -> i.EmbeddingList:
        """Return the length of a text as its vector."""
        text = str(request.input)
        await self._answer(request, text, call)
        usage = i.EmbeddingUsage(prompt_tokens=7, total_tokens=7)
        data = [i.Embedding(embedding=[float(len(text))], index=0)]
        return i.EmbeddingList(data=data, model=request.model, usage=usage)

    async def create_response(self, request: a.CreateResponseRequest, call: Call) -> a.Response:
        """Answer with a response that says nothing."""
        await self._answer(request, str(request.input), call)
        return msgspec.convert(_RESPONSE | {"model": request.model}, a.Response)

    async def get_model(self, request: i.GetModelRequest, call: Call) -> i.Model:
        """Say what is known of a model."""
        del call
        if request.model_id in self.unknown:
            raise NotFound("There is no such model.", code="model_not_found")
        model = {
            "identifier": request.model_id,
            "id": request.model_id,
            "object": "model",
            "provider_id": "fake",
            "provider_resource_id": request.model_id,
            "metadata": {},
            "created": 0,
            "owned_by": "fake",
            "model_type": "llm",
        }
        return msgspec.json.decode(msgspec.json.encode(model), type=i.Model)

    async def _answer(self, request: Any, text: str, call: Call) -> None:
        model = request.model
        self.begun[text] += 1
        if self.keeps:
            self.calls.append(call)
            self.received.append(request)
        self._now[model] += 1
        self.most[model] = max(self.most[model], self._now[model])
        try:
            if self.pause:
                await asyncio.sleep(self.pause)
            if model == "held":
                await self.gate.wait()
            if (error := self.refuse(text)) is not None:
                raise error
        finally:
            self._now[model] -= 1
        self.answered[text] += 1


@dataclass
class BatchesNeighbours:
    """All of them."""

    model: Model = field(default_factory=Model)
    files: Files = field(default_factory=Files)


@asynccontextmanager
async def running(
    neighbours: BatchesNeighbours, listen: str = "127.0.0.1:0"
) -> AsyncGenerator[str, None]:
    """Serve them, and yield the value of `FLEET_ADDRESSES` by which they are found."""
    model, files = neighbours.model, neighbours.files
    services = [
        BoundService(
            INFERENCE_SERVICE,
            (
                Binding(CREATE_CHAT_COMPLETION, model.create_chat_completion),
                Binding(CREATE_COMPLETION, model.create_completion),
                Binding(CREATE_EMBEDDING, model.create_embedding),
            ),
        ),
        BoundService(MODEL_SERVICE, (Binding(GET_MODEL, model.get_model),)),
        BoundService(RESPONSE_SERVICE, (Binding(CREATE_RESPONSE, model.create_response),)),
        BoundService(
            FILE_SERVICE,
            (
                Binding(UPLOAD_FILE, files.upload_file),
                Binding(GET_FILE_CONTENT, files.get_file_content),
                Binding(DELETE_FILE, files.delete_file),
            ),
        ),
    ]
    async with serving(services, listen) as address:
        yield ",".join(f"{name}={address}" for name in ("inference", "agents", "files"))


def refusing(
    word: str, error: FleetError, times: int | None = None
) -> Callable[[str], FleetError | None]:
    """Return what refuses texts with a word in them, so often each; always if `times` is unset."""
    seen: Counter[str] = Counter()

    def refuse(text: str) -> FleetError | None:
        if word not in text or (times is not None and seen[text] >= times):
            return None
        seen[text] += 1
        return error

    return refuse


def _usage() -> i.Usage:
    """Return what each answer costs: of 10 tokens read 4 were in a cache, of 6 produced 2 were thought."""
    return i.Usage(
        prompt_tokens=10,
        prompt_tokens_details=i.PromptTokensDetails(cached_tokens=4),
        completion_tokens=6,
        completion_tokens_details=i.CompletionTokensDetails(reasoning_tokens=2),
        total_tokens=16,
    )
