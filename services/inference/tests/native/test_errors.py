"""What goes wrong before the first byte of an answer over a native wire."""

import time

import pytest

from fleet.inference.v1 import messages as m
from fleet_runtime.errors import DeadlineExceeded, UpstreamFailed
from fleet_testing.calls import grpc_call
from fleet_testing.native_asking import asked, chat
from fleet_testing.native_upstream import native_upstream
from fleet_testing.openai_upstream import Canned

pytestmark = pytest.mark.slow

STREAMED = pytest.mark.parametrize("stream", [False, True], ids=["whole", "streamed"])


@STREAMED
@pytest.mark.parametrize("status", [400, 404, 413, 429, 500, 503, 529])
async def test_a_refusal_keeps_its_status_and_its_words(provider, status, stream):
    """Before the first byte, streamed or not. Callers tell by it whether to try again."""
    with pytest.raises(UpstreamFailed) as caught:
        await provider.chat(*chat(f"fail-{status}", stream=stream))
    error = caught.value

    assert (status, f"This is fail-{status}.") == (error.status, error.message)
    assert (7.0 if status in (429, 503, 529) else None) == error.retry_after


@STREAMED
async def test_one_refusal_among_several_answers_is_that_refusal(provider, upstream, stream):
    """Whatever the others say; and nobody goes on working for them."""
    with pytest.raises(UpstreamFailed, match=r"This is fail-429\."):
        await provider.chat(*chat("fail-429", stream=stream, n=2))


@STREAMED
async def test_garbage_is_a_bad_gateway(provider, stream):
    """Such as the front page of whatever else listens there."""
    with pytest.raises(UpstreamFailed) as caught:
        await asked(provider, "garbage", stream=stream)

    assert (502, "upstream_garbage") == (caught.value.status, caught.value.code)


@STREAMED
async def test_silence_is_a_timeout(subject, upstream, stream):
    """As long as the operator says."""
    provider = subject.opened(upstream, network={"timeout": {"connect": 1, "read": 0.2}})
    try:
        with pytest.raises(DeadlineExceeded):
            await asked(provider, "hang", stream=stream)
    finally:
        await provider.aclose()


async def test_the_callers_deadline_holds(provider):
    """Nobody waits longer than the caller does."""
    request = m.ChatCompletionRequest(
        model="hang", messages=[m.ChatMessage(role="user", content="a")], max_tokens=5
    )
    with pytest.raises(DeadlineExceeded):
        await provider.chat(*grpc_call(request, deadline=time.monotonic() + 0.2))


async def test_a_server_that_is_not_there(subject):
    """Nothing was done, so that another may be asked."""
    async with native_upstream(subject.wire()) as gone:
        pass
    provider = subject.opened(gone)
    try:
        with pytest.raises(UpstreamFailed) as caught:
            await asked(provider)
    finally:
        await provider.aclose()

    assert "upstream_unreachable" == caught.value.code


async def test_a_redirect_is_not_followed(provider, upstream):
    """It would carry the key and the prompt to a place that nobody configured."""
    await asked(provider)
    path = upstream.heard[-1].seen.path
    upstream.canned[path] = Canned(b"", 307, {"location": f"{upstream.root}/elsewhere"})
    with pytest.raises(UpstreamFailed) as caught:
        await asked(provider)

    assert 502 == caught.value.status
    assert "/elsewhere" not in {seen.path for seen in upstream.requests}
