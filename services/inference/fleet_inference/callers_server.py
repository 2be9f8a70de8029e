"""Servers that callers name themselves, in their provider data."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import aclosing
from typing import TypeVar

from pydantic import ValidationError

from fleet_runtime.call import Call
from fleet_runtime.encoded import EncodedStream
from fleet_runtime.errors import InvalidArgument
from fleet_upstream.settings import UpstreamConfig
from fleet_upstream.wire import OpenAIWire

T = TypeVar("T")


def callers_address(call: Call, name: str) -> str | None:
    """Return the address that the caller sent as `name`, if there is one.

    Raises:
        InvalidArgument: It is no http(s) address.
    """
    address = call.provider_data().get(name)
    if not address:
        return None
    try:
        return str(UpstreamConfig(base_url=address).base_url)
    except ValidationError:
        raise InvalidArgument(
            f"`{name}` in the provider data is no http(s) address.", code="invalid_provider_data"
        ) from None


async def ask(wire: OpenAIWire, work: Callable[[OpenAIWire], Awaitable[T]]) -> T:
    """Return what `work` gets from `wire`, which is closed when the answer has ended.

    Such servers are as many as there are callers, so that their connections are not kept.
    """
    try:
        answer = await work(wire)
    except BaseException:
        await wire.aclose()
        raise
    if isinstance(answer, EncodedStream):
        stream: T = type(answer)(_until_end(answer.events, wire))
        return stream
    await wire.aclose()
    return answer


async def _until_end(
    events: AsyncGenerator[bytes, None], wire: OpenAIWire
) -> AsyncGenerator[bytes, None]:
    try:
        async with aclosing(events):
            async for batch in events:
                yield batch
    finally:
        await wire.aclose()
