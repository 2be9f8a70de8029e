"""Oracle's answers as chat completions.

Format: https://docs.oracle.com/iaas/api/#/en/generative-ai-inference/20231130/datatypes/ChatResult
"""

import msgspec

from fleet.inference.v1 import messages as m
from fleet_upstream.native import chunks
from fleet_upstream.oci.reasons import check_reason, finish_reason
from fleet_upstream.refusals import garbage


class ThoughtDetails(msgspec.Struct, rename="camel"):
    """What is known of the tokens produced."""

    reasoning_tokens: int | None = None


class CacheDetails(msgspec.Struct, rename="camel"):
    """What is known of the tokens read."""

    cached_tokens: int | None = None


class Cost(msgspec.Struct, rename="camel"):
    """What an answer cost, in tokens."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    completion_tokens_details: ThoughtDetails | None = None
    prompt_tokens_details: CacheDetails | None = None

    def usage(self) -> m.Usage:
        """Return it as OpenAI counts, which is the same."""
        thought, cached = self.completion_tokens_details, self.prompt_tokens_details
        return chunks.usage(
            self.prompt_tokens,
            self.completion_tokens,
            cached.cached_tokens if cached else None,
            thought.reasoning_tokens if thought else None,
        )


class Part(msgspec.Struct):
    """A part of what was said, or of what was thought."""

    text: str = ""
    thinking: str = ""


class Function(msgspec.Struct):
    """What a call of the format `COHEREV2` calls, with arguments as a text, or as an object."""

    name: str | None = None
    arguments: msgspec.Raw = msgspec.Raw()

    @property
    def text(self) -> str:
        """The arguments, as far as they came."""
        sent = bytes(self.arguments)
        return msgspec.json.decode(sent, type=str) if sent.startswith(b'"') else sent.decode()


class Call(msgspec.Struct):
    """A call of a tool; each format has its name and its arguments in other fields."""

    id: str | None = None
    name: str | None = None
    arguments: str | None = None
    parameters: msgspec.Raw = msgspec.Raw()
    function: Function | None = None

    @property
    def tool(self) -> str | None:
        """The name of the tool, unless it came before."""
        return self.function.name if self.function else self.name

    @property
    def text(self) -> str:
        """The arguments, as far as they came."""
        if self.function:
            return self.function.text
        return self.arguments or bytes(self.parameters).decode()


class Message(msgspec.Struct, rename="camel"):
    """What the model said, or the new part of it."""

    content: list[Part] | None = None
    tool_calls: list[Call] | None = None
    reasoning_content: str | None = None
    tool_plan: str | None = None

    @property
    def text(self) -> str:
        """All texts."""
        return "".join(part.text for part in self.content or ())

    @property
    def thoughts(self) -> str:
        """All that the model thought, what it was up to with its tools included."""
        thought = "".join(part.thinking for part in self.content or ())
        return (self.reasoning_content or "") + thought + (self.tool_plan or "")


class Choice(msgspec.Struct, rename="camel"):
    """One answer."""

    message: Message
    finish_reason: str = "stop"


class Response(msgspec.Struct, rename="camel"):
    """What a model answered: `choices` in the format `GENERIC`, `message` in `COHEREV2`, and `text` in `COHERE`."""

    choices: list[Choice] = []
    message: Message | None = None
    text: str = ""
    tool_calls: list[Call] | None = None
    finish_reason: str = "COMPLETE"
    error_message: str | None = None
    usage: Cost | None = None

    def choice(self) -> Choice:
        """Return the one answer."""
        if self.choices:
            return self.choices[0]
        said = self.message or Message([Part(self.text)], self.tool_calls)
        return Choice(said, self.finish_reason)


class Answer(msgspec.Struct, rename="camel"):
    """The answer of `POST /actions/chat`."""

    chat_response: Response

    def completion(self, model: str) -> m.ChatCompletion:
        """Return it as a chat completion."""
        response = self.chat_response
        choice, cost = response.choice(), response.usage
        message = _message(choice.message)
        check_reason(choice.finish_reason, response.error_message)
        reason = finish_reason(choice.finish_reason, called=bool(message.tool_calls))
        return m.ChatCompletion(
            id=chunks.completion_id(),
            choices=[m.Choice(finish_reason=reason, index=0, message=message)],
            created=chunks.now(),
            model=model,
            usage=cost.usage() if cost else None,
        )


def _message(said: Message) -> m.AssistantMessage:
    calls = [_call(call) for call in said.tool_calls or ()]
    return m.AssistantMessage(
        content=said.text if said.text or not calls else None,
        tool_calls=calls or None,
        reasoning_content=said.thoughts or None,
    )


def _call(call: Call) -> m.ToolCall:
    if call.tool is None:
        raise garbage()
    function = m.FunctionCall(name=call.tool, arguments=call.text or "{}")
    return m.ToolCall(id=call.id or chunks.call_id(), type="function", function=function)
