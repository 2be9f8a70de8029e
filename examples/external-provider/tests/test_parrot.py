"""The provider by itself, as a service calls it."""

import asyncio

import pytest
from parrot_provider.parrot import Parrot
from pydantic import ValidationError

from fleet.inference.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.errors import Unimplemented


def said(text, **settings):
    """Return what a parrot with these settings says to `text`."""

    async def hear():
        message = m.ChatMessage(role="user", content=text)
        request = m.ChatCompletionRequest(model="polly", messages=[message])
        answer = await Parrot(Parrot.Config(**settings)).chat(request, Call("/test"))
        return [chunk async for chunk in answer]

    chunks = asyncio.run(hear())
    return "".join(chunk.choices[0].delta.content or "" for chunk in chunks if chunk.choices)


def test_it_repeats_what_it_hears():
    """That is all it does."""
    assert "who is there" == said("who is there")
    assert "hello hello hello" == said("hello", repeat=3)


def test_a_wrong_setting_is_refused():
    """Before the service takes calls."""
    with pytest.raises(ValidationError):
        Parrot.Config(repeat=0)


def test_what_it_cannot_do_says_so():
    """Callers get 501."""
    request = m.EmbeddingRequest(model="polly", input="hello")

    with pytest.raises(Unimplemented):
        asyncio.run(Parrot(Parrot.Config()).embed(request, Call("/test")))
