"""What OpenAI has that others have not: names, purposes, and expiry of its own."""

import pytest

from fleet_files.incoming import new_file_id
from fleet_files.provider import About
from fleet_files.providers.openai import OpenAIFiles
from fleet_runtime.errors import InvalidArgument, Unavailable, UpstreamFailed
from fleet_testing.openai_files import KEY, openai_files


class Given:
    """A file that says of itself what a test says."""

    def __init__(self, said):
        self.id = new_file_id()
        self._said = said

    async def content(self):
        yield b"hello"

    async def about(self):
        if isinstance(self._said, Exception):
            raise self._said
        return self._said


@pytest.fixture
async def server():
    async with openai_files() as server:
        yield server


async def put(server, said=None, key=KEY):
    provider = OpenAIFiles(OpenAIFiles.Config(base_url=server.url, api_key=key))
    try:
        return await provider.put(Given(said or About("a", "text/plain", "assistants")))
    finally:
        await provider.aclose()


async def test_a_file_is_there_as_it_is_here(server):
    """OpenAI's own tools show it by its name, and let it expire as its owner said."""
    key = await put(server, About("ü a.jsonl", "application/jsonl", "batch", 7200))
    file = server.files[key]

    assert ("ü a.jsonl", "batch", 5) == (file["filename"], file["purpose"], file["bytes"])
    assert 7200 == file["expires_at"] - file["created_at"]


async def test_who_says_nothing_leaves_it_to_us(server):
    """OpenAI's longest time is shorter than ours."""
    key = await put(server)

    assert server.files[key]["expires_at"] is None


async def test_what_is_refused_here_never_gets_there(server):
    """It would stay there for good."""
    with pytest.raises(InvalidArgument):
        await put(server, InvalidArgument("no"))

    assert {} == server.files


async def test_a_wrong_key_is_ours_to_mend(server):
    """The caller's own was fine."""
    with pytest.raises(UpstreamFailed) as caught:
        await put(server, key="sk-wrong")

    assert (502, "storage_unauthorized") == (caught.value.status, caught.value.code)
    assert "sk-wrong" not in caught.value.message


async def test_too_much_at_once_is_no_loss(server):
    """It can be tried again."""
    server.busy = 1
    with pytest.raises(Unavailable, match="Rate limit"):
        await put(server)
