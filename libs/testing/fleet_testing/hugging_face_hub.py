"""A fake of the Hugging Face Hub with datasets: as much as the `datasets` library asks when it loads one.

Format: https://huggingface.co/docs/hub/api
"""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from fleet_testing.openai_upstream import Canned, Seen
from fleet_testing.rest_server import rest_server, said

VERSION = "a" * 40
"""The one version of everything."""

_API = "/api/datasets/"
_FILE_VERSION = "b" * 40


@dataclass
class HuggingFaceHub:
    """The Hub.

    Attributes:
        files: What is in each repository: bytes by path, by the repository's name.
        tokens: The token that a repository asks for, if it does.
        seen: Every request, in order.
    """

    files: Mapping[str, Mapping[str, bytes]] = field(default_factory=dict)
    tokens: Mapping[str, str] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)

    def answer(self, seen: Seen) -> Canned:
        """Answer a request."""
        self.seen.append(seen)
        path = seen.path.removeprefix(_API).removeprefix("/datasets/")
        name = "/".join(path.split("/")[:2])
        token = self.tokens.get(name)
        allowed = token is None or seen.headers.get("authorization") == f"Bearer {token}"
        if name not in self.files or not allowed:
            return _refused("RepoNotFound", 401)
        if "/resolve/" in path:
            return self._file(name, path.partition("/resolve/")[2].partition("/")[2], seen.method)
        if "/tree/" in path:
            return said([self._entry(name, each) for each in self.files[name]])
        siblings = [{"rfilename": each} for each in self.files[name]]
        return said({"id": name, "sha": VERSION, "private": False, "siblings": siblings})

    def _entry(self, name: str, path: str) -> dict[str, object]:
        size = len(self.files[name][path])
        return {"type": "file", "path": path, "size": size, "oid": _FILE_VERSION}

    def _file(self, name: str, path: str, method: str) -> Canned:
        content = self.files[name].get(path)
        if content is None:
            return _refused("EntryNotFound", 404)
        headers = {"etag": f'"{_FILE_VERSION}"', "x-repo-commit": VERSION}
        if method == "HEAD":
            return Canned(b"", 200, headers | {"content-length": str(len(content))})
        return Canned(content, 200, headers)


def _refused(code: str, status: int) -> Canned:
    return Canned(b"", status, {"x-error-code": code, "x-error-message": code})


@asynccontextmanager
async def hugging_face_hub(hub: HuggingFaceHub) -> AsyncGenerator[str, None]:
    """Serve the Hub, and yield its address, for `HF_ENDPOINT`."""
    async with rest_server(hub.answer) as address:
        yield address
