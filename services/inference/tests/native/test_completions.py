"""Bare texts over native wires."""

import pytest

from fleet.inference.v1 import messages as m
from fleet_runtime.encoded import Encoded
from fleet_runtime.errors import Unimplemented
from fleet_testing.calls import rest_call


async def test_bare_texts_are_continued(provider, subject):
    """Or the caller hears who knows conversations only, and where to ask for them."""
    asking = rest_call(m.CompletionRequest, {"model": "chat", "prompt": "a b"})
    if "completions" in subject.lacks:
        with pytest.raises(Unimplemented, match="/v1/chat/completions") as caught:
            await provider.complete(*asking)
        assert caught.value.message.startswith(f"remote::{subject.kind.__name__.lower()} ")
        return
    answer = await provider.complete(*asking)
    answer = answer.decode(m.Completion) if isinstance(answer, Encoded) else answer

    assert "a b" == answer.choices[0].text
