"""Pictures in messages over a native wire, and parts that nobody knows."""

import base64

import pytest

from fleet_runtime.errors import InvalidArgument
from fleet_testing.native_asking import HELLO, PIXEL, asked, last
from fleet_testing.native_script import Image


async def test_an_image_arrives(provider, upstream):
    """As its bytes and its type."""
    url = f"data:image/png;base64,{base64.b64encode(PIXEL).decode()}"
    parts = [
        {"type": "text", "text": "What is it?"},
        {"type": "image_url", "image_url": {"url": url}},
    ]
    await asked(provider, messages=[{"role": "user", "content": parts}])

    assert ("What is it?", Image("image/png", PIXEL)) == last(upstream).turns[-1].parts


async def test_an_image_arrives_by_its_address(provider, subject, upstream):
    """The vendor fetches it, or the caller hears that it does not. We never fetch what callers name."""
    parts = [{"type": "image_url", "image_url": {"url": "https://example.org/cat.png"}}]
    messages = [{"role": "user", "content": [*parts, {"type": "text", "text": "?"}]}]
    if "image urls" in subject.lacks:
        with pytest.raises(InvalidArgument, match=r"image_url") as caught:
            await asked(provider, messages=messages)
        assert "messages[0].content[0].image_url.url" == caught.value.param
        return
    await asked(provider, messages=messages)

    assert "https://example.org/cat.png" == last(upstream).turns[-1].parts[0].url


@pytest.mark.parametrize("part", [{"type": "smell"}, {"type": "image_url"}])
async def test_a_part_that_nobody_knows_is_refused(provider, upstream, part):
    """The error says where it is."""
    with pytest.raises(InvalidArgument) as caught:
        await asked(provider, messages=[*HELLO, {"role": "user", "content": [part]}])

    assert caught.value.param.startswith("messages[1].content[0]")
    assert [] == upstream.heard
