"""Folding a stream of chunks into the one answer that they spell out."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from fleet.inference.v1 import messages as m


async def fold_chat(chunks: AsyncIterator[m.ChatCompletionChunk]) -> m.ChatCompletion:
    """Return the chat completion that `chunks` spell out."""
    folded = _Chat()
    async for chunk in chunks:
        folded.add(chunk)
    return folded.answer()


async def fold_completion(chunks: AsyncIterator[m.Completion]) -> m.Completion:
    """Return the completion that `chunks` spell out."""
    whole: m.Completion | None = None
    choices: dict[int, m.CompletionChoice] = {}
    async for chunk in chunks:
        for piece in chunk.choices:
            choices[piece.index] = _joined(choices.get(piece.index), piece)
        if whole is None:
            whole = chunk
        whole.usage = chunk.usage or whole.usage
    whole = whole or m.Completion(id="", choices=[], created=0, model="")
    whole.choices = [choices[index] for index in sorted(choices)]
    return whole


def _joined(choice: m.CompletionChoice | None, piece: m.CompletionChoice) -> m.CompletionChoice:
    """Return `choice` with `piece` after it."""
    if choice is None:
        return piece
    choice.text += piece.text
    choice.finish_reason = piece.finish_reason or choice.finish_reason
    if piece.logprobs and choice.logprobs:
        choice.logprobs.text_offset += piece.logprobs.text_offset
        choice.logprobs.token_logprobs += piece.logprobs.token_logprobs
        choice.logprobs.tokens += piece.logprobs.tokens
        if piece.logprobs.top_logprobs is not None:
            choice.logprobs.top_logprobs = (
                choice.logprobs.top_logprobs or []
            ) + piece.logprobs.top_logprobs
    elif piece.logprobs:
        choice.logprobs = piece.logprobs
    return choice


@dataclass
class _Choice:
    """One answer so far. Texts are kept in pieces, as joining each would cost the square of their number."""

    content: list[str] = field(default_factory=list)
    refusal: list[str] = field(default_factory=list)
    reasoning: list[str] = field(default_factory=list)
    tool_calls: dict[int, m.ToolCall] = field(default_factory=dict)
    function_call: m.FunctionCall | None = None
    logprobs: m.Logprobs | None = None
    finish_reason: str = "stop"

    def add(self, piece: m.ChunkChoice) -> None:
        delta = piece.delta
        for texts, text in (
            (self.content, delta.content),
            (self.refusal, delta.refusal),
            (self.reasoning, delta.reasoning_content),
        ):
            if text is not None:
                texts.append(text)
        for call in delta.tool_calls or ():
            self._add_call(call)
        if delta.function_call:
            self.function_call = _joined_call(self.function_call, delta.function_call)
        if piece.logprobs:
            self._add_logprobs(piece.logprobs)
        self.finish_reason = piece.finish_reason or self.finish_reason

    def _add_call(self, piece: m.ToolCall) -> None:
        index = len(self.tool_calls) if piece.index is None else piece.index
        call = self.tool_calls.setdefault(index, m.ToolCall())
        call.id = piece.id or call.id
        call.type = piece.type or call.type
        if piece.function:
            call.function = _joined_call(call.function, piece.function)
        if piece.custom:
            old = call.custom.input if call.custom else ""
            call.custom = m.CustomToolCall(name=piece.custom.name, input=old + piece.custom.input)

    def _add_logprobs(self, piece: m.Logprobs) -> None:
        if self.logprobs is None:
            self.logprobs = m.Logprobs()
        for name in ("content", "refusal"):
            more = getattr(piece, name)
            if more is not None:
                setattr(self.logprobs, name, (getattr(self.logprobs, name) or []) + more)

    def choice(self, index: int) -> m.Choice:
        called = bool(self.tool_calls or self.function_call)
        content = "".join(self.content)
        message = m.AssistantMessage(
            content=None if called and not content else content,
            refusal="".join(self.refusal) or None,
            tool_calls=[self.tool_calls[i] for i in sorted(self.tool_calls)] or None,
            function_call=self.function_call,
            reasoning_content="".join(self.reasoning) or None,
        )
        return m.Choice(
            finish_reason=self.finish_reason, index=index, logprobs=self.logprobs, message=message
        )


def _joined_call(call: m.FunctionCall | None, piece: m.FunctionCall) -> m.FunctionCall:
    """Return `call` with `piece` after it: the name comes once, the arguments bit by bit."""
    if call is None:
        return m.FunctionCall(name=piece.name, arguments=piece.arguments or "")
    call.name = call.name or piece.name
    call.arguments = (call.arguments or "") + (piece.arguments or "")
    return call


class _Chat:
    """The chat completion so far."""

    def __init__(self) -> None:
        self._first: m.ChatCompletionChunk | None = None
        self._choices: dict[int, _Choice] = {}
        self._usage: m.Usage | None = None

    def add(self, chunk: m.ChatCompletionChunk) -> None:
        self._first = self._first or chunk
        self._usage = chunk.usage or self._usage
        for piece in chunk.choices:
            self._choices.setdefault(piece.index, _Choice()).add(piece)

    def answer(self) -> m.ChatCompletion:
        first = self._first or m.ChatCompletionChunk(id="", choices=[], created=0, model="")
        return m.ChatCompletion(
            id=first.id,
            choices=[self._choices[index].choice(index) for index in sorted(self._choices)],
            created=first.created,
            model=first.model,
            service_tier=first.service_tier,
            system_fingerprint=first.system_fingerprint,
            usage=self._usage,
        )
