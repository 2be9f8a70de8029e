"""A service for the tests that need a process of their own: streams the words of its request, one a tick."""

import asyncio
import os

from fleet.inference.v1 import messages as m
from fleet.inference.v1.operations import bind_inference_service
from fleet_runtime.config import Config, load
from fleet_runtime.serve import run, serve


class Settings(Config):
    """What the service can be told."""

    tick: float = 0.0


class Echo:
    """Says what it is told, word by word."""

    def __init__(self, settings):
        self._tick = settings.tick

    async def create_chat_completion(self, request, call):
        call.notes |= {"model": request.model, "prompt_tokens": 3, "completion_tokens": 2}
        if request.messages[0].content == "break":
            raise RuntimeError("sk-secret")
        return self._stream(request) if request.stream else self._whole(request)

    async def _stream(self, request):
        for word in request.messages[0].content.split():
            await asyncio.sleep(self._tick)
            choice = m.ChunkChoice(delta=m.Delta(content=word), index=0)
            yield m.ChatCompletionChunk(id="c", choices=[choice], created=1, model=request.model)

    def _whole(self, request):
        message = m.AssistantMessage(content=request.messages[0].content)
        choice = m.Choice(finish_reason="stop", index=0, message=message)
        return m.ChatCompletion(id="c", choices=[choice], created=1, model=request.model)

    async def _unused(self, request, call):
        raise NotImplementedError

    create_completion = create_embedding = rerank = list_chat_completions = _unused
    get_chat_completion = update_chat_completion = delete_chat_completion = _unused
    list_chat_completion_messages = _unused


async def main():
    await serve([bind_inference_service(Echo(load(Settings)))])


if __name__ == "__main__":
    if "FLEET_CONFIG" not in os.environ:
        raise SystemExit("FLEET_CONFIG is not set")
    run(main())
