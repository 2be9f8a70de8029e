"""Keeping the chat completions that are to be kept, and showing them again."""

from collections.abc import AsyncGenerator, Iterator
from contextlib import aclosing, contextmanager
from typing import Any, Literal

import msgspec
import structlog

from fleet.inference.v1 import messages as m
from fleet_inference.completions_store import CompletionsStore, StoredCompletion, StoredMessage
from fleet_inference.fold import fold_chat
from fleet_runtime.call import Call
from fleet_runtime.encoded import Encoded, EncodedStream
from fleet_runtime.operation import is_stream
from fleet_runtime.store import Page, PageRequest
from fleet_runtime.store.rows import TENANT

_encode = msgspec.json.encode

log = structlog.get_logger()


class Completions:
    """Keeps answers behind the caller's back: no caller waits for the database.

    Args:
        store: Where they are kept.
        which: All but those that the request excludes, or only those that it asks for.
    """

    def __init__(self, store: CompletionsStore, which: Literal["all", "requested"]) -> None:
        self._store = store
        self._all = which == "all"

    def wants(self, request: m.ChatCompletionRequest) -> bool:
        """Whether the answer to `request` is to be kept."""
        return self._all if request.store is None else request.store

    async def kept(self, request: m.ChatCompletionRequest, answer: Any, call: Call) -> Any:
        """Keep `answer`, or return the stream that it is, to be kept when it has ended by itself."""
        if isinstance(answer, EncodedStream):
            return EncodedStream(self._kept_events(request, answer.events, call))
        if is_stream(answer):
            return self._kept_chunks(request, answer, call)
        with _only_logged():
            await self._keep(request, answer, call)
        return answer

    async def _keep(
        self,
        request: m.ChatCompletionRequest,
        answer: m.ChatCompletion | Encoded[m.ChatCompletion],
        call: Call,
    ) -> None:
        if isinstance(answer, Encoded):
            known, text = msgspec.json.decode(answer.json, type=_Head), answer.json
        else:
            known, text = _Head(answer.id, answer.created, answer.model), _encode(answer)
        await self._store.save(
            StoredCompletion(
                tenant=TENANT,
                id=known.id,
                created=known.created,
                model=known.model,
                completion=text.decode(),
                messages=_messages(request, call),
                metadata=request.metadata or {},
            )
        )

    async def _kept_events(
        self, request: m.ChatCompletionRequest, events: AsyncGenerator[bytes, None], call: Call
    ) -> AsyncGenerator[bytes, None]:
        seen: list[bytes] = []
        async with aclosing(events):
            async for batch in events:
                seen.append(batch)
                yield batch
        whole: EncodedStream[m.ChatCompletionChunk] = EncodedStream(_again(seen))
        with _only_logged():
            await self._keep(request, await fold_chat(whole.decode(m.ChatCompletionChunk)), call)

    async def _kept_chunks(
        self, request: m.ChatCompletionRequest, chunks: AsyncGenerator[Any, None], call: Call
    ) -> AsyncGenerator[Any, None]:
        seen: list[m.ChatCompletionChunk] = []
        async with aclosing(chunks):
            async for chunk in chunks:
                seen.append(chunk)
                yield chunk
        await self._keep(request, await fold_chat(_again(seen)), call)

    async def list(self, request: m.ListChatCompletionsRequest) -> Encoded[m.ChatCompletionList]:
        """Return one page of what is kept."""
        page = await self._store.list(
            TENANT,
            PageRequest(request.after, request.limit or 20, request.order or "desc"),
            model=request.model,
            metadata=request.metadata,
        )
        return Encoded(_page(page, [_whole(item) for item in page.items]))

    async def get(self, completion_id: str) -> Encoded[m.StoredChatCompletion]:
        """Return one that is kept, or raise `NotFound`."""
        return Encoded(_encode(_whole(await self._store.get(TENANT, completion_id))))

    async def update(
        self, completion_id: str, metadata: dict[str, str]
    ) -> Encoded[m.StoredChatCompletion]:
        """Replace the metadata of one that is kept, or raise `NotFound`."""
        return Encoded(_encode(_whole(await self._store.update(TENANT, completion_id, metadata))))

    async def delete(self, completion_id: str) -> m.ChatCompletionDeleted:
        """Forget one, or raise `NotFound`."""
        await self._store.delete(TENANT, completion_id)
        return m.ChatCompletionDeleted(id=completion_id, deleted=True)

    async def messages(
        self, request: m.ListChatCompletionMessagesRequest
    ) -> Encoded[m.ChatCompletionMessageList]:
        """Return one page of the messages that a completion answered."""
        page = await self._store.messages(
            TENANT,
            request.completion_id,
            PageRequest(request.after, request.limit or 20, request.order or "asc"),
        )
        return Encoded(_page(page, [_message(item) for item in page.items]))


def _messages(request: m.ChatCompletionRequest, call: Call) -> str:
    """Return the request's messages as the caller wrote them, or else as they are understood."""
    if call.body is None:
        return _encode(request.messages).decode()
    return bytes(msgspec.json.decode(call.body, type=_Messages).messages).decode()


class _Messages(msgspec.Struct):
    messages: msgspec.Raw


class _Head(msgspec.Struct):
    id: str
    created: int
    model: str


@contextmanager
def _only_logged() -> Iterator[None]:
    """Let the caller have an answer that cannot be kept: model servers leave out fields, and write odd ones."""
    try:
        yield
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        log.warning("completion.not_kept", cause=str(error))


async def _again(seen: list[Any]) -> AsyncGenerator[Any, None]:
    for item in seen:
        yield item


def _whole(stored: StoredCompletion) -> dict[str, Any]:
    """Return a completion as callers see it: the answer byte for byte, and what it answered."""
    fields: dict[str, Any] = msgspec.json.decode(stored.completion, type=dict[str, msgspec.Raw])
    return fields | {
        "metadata": dict(stored.metadata) or None,
        "input_messages": msgspec.Raw(stored.messages.encode()),
    }


def _message(stored: StoredMessage) -> dict[str, Any]:
    """Return a message as callers see it, with parts apart from plain text."""
    fields: dict[str, Any] = msgspec.json.decode(stored.message, type=dict[str, msgspec.Raw])
    content = fields.get("content", msgspec.Raw(b"null"))
    in_parts = bytes(content).lstrip().startswith(b"[")
    return (
        {"id": stored.id}
        | fields
        | {
            "content": None if in_parts else content,
            "content_parts": content if in_parts else None,
        }
    )


def _page(page: Page[Any], items: list[dict[str, Any]]) -> bytes:
    ids = [item.id for item in page.items]
    return _encode(
        {
            "object": "list",
            "data": items,
            "has_more": page.has_more,
            "first_id": ids[0] if ids else "",
            "last_id": ids[-1] if ids else "",
        }
    )
