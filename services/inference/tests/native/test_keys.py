"""Whose key a native wire's server sees, and what it is to be refused."""

import asyncio

import pytest

from fleet_runtime.errors import InvalidArgument, UpstreamFailed
from fleet_testing.native_asking import asked, carrying

pytestmark = pytest.mark.slow


async def test_a_key_of_ours_is_sent(provider, upstream):
    """Where the vendor looks for it."""
    await asked(provider)

    assert "sk-ours" == upstream.heard[-1].key


@pytest.mark.parametrize("status", [401, 403])
async def test_a_key_that_is_ours_is_not_the_callers_trouble(provider, status):
    """Their credentials were fine, so no 401; and the key is not in the text."""
    with pytest.raises(UpstreamFailed) as caught:
        await asked(provider, f"fail-{status}")

    assert (502, "upstream_unauthorized") == (caught.value.status, caught.value.code)
    assert "sk-ours" not in caught.value.message


async def test_callers_keys_are_theirs_alone(subject, upstream):
    """Many at once over the same connections, some with their own key, and none with that of another."""
    provider = subject.opened(upstream)
    upstream.pause = 0.001

    async def ask(number):
        metadata = carrying(subject.callers(f"sk-{number}")) if number % 2 else ()
        messages = [{"role": "user", "content": str(number)}]
        return await asked(provider, "slow", metadata, messages=messages)

    try:
        await asyncio.gather(*map(ask, range(60)))
    finally:
        await provider.aclose()
    sent = {int(heard.asked.words[0]): heard.key for heard in upstream.heard}

    assert {n: f"sk-{n}" if n % 2 else "sk-ours" for n in range(60)} == sent


async def test_a_refused_key_of_the_callers_is_a_401(provider, subject, upstream):
    """They can send a better one."""
    upstream.keys = {"sk-good"}
    with pytest.raises(UpstreamFailed) as caught:
        await asked(provider, "chat", carrying(subject.callers("sk-bad")))
    await asked(provider, "chat", carrying(subject.callers("sk-good")))

    assert 401 == caught.value.status
    assert "sk-bad" not in caught.value.message


async def test_a_missing_key_is_asked_for(keyless):
    """The error says how to send one."""
    provider, upstream, subject = keyless
    upstream.keys = {"sk-good"}
    with pytest.raises(InvalidArgument, match=subject.key):
        await asked(provider)
    await asked(provider, "chat", carrying(subject.callers("sk-good")))


@pytest.mark.parametrize("key", ["a\r\nx-evil: 1", 5, ["k"], "é"])
async def test_a_key_that_cannot_be_one_is_refused(provider, subject, upstream, key):
    """It would end up in a header."""
    with pytest.raises(InvalidArgument, match="provider data"):
        await asked(provider, "chat", carrying(subject.callers(key)))

    assert [] == upstream.heard
