"""ogx with what documents need: its own faiss or sqlite-vec, files on disk, and pypdf."""

import hashlib
import json
import lzma
from importlib.resources import files
from pathlib import Path
from typing import Any

from fleet_bench.rag.embedder import MODEL
from fleet_bench.rag.meaning import DIMENSION
from fleet_bench.rag.sides import Setup, Side
from fleet_bench.system import Launch, Site
from fleet_bench.systems.ogx import ENVIRONMENT, VENV, VERSION

PROVIDER = "embeddings"
# tiktoken keeps what it downloads under the SHA-1 of its address; without the network it has to be there already.
_TOKENS = "https://openaipublic.blob.core.windows.net/encodings/cl100k_base.tiktoken"

_START = """
import sys
import pysqlite3
sys.modules |= {"sqlite3": pysqlite3, "sqlite3.dbapi2": pysqlite3.dbapi2}
"""


def launch(site: Site, setup: Setup) -> Launch:
    """Start the server with one engine."""
    config = site.folder / "config.yaml"
    config.write_text(json.dumps(_config(site, setup)))  # JSON is YAML
    command = [VENV.binary("ogx"), "run", str(config), "--port", str(site.port), "--insecure"]
    own = {
        "OGX_CONFIG_DIR": str(
            site.folder
        ),  # else it moves ~/.llama, where our models are, to ~/.ogx
        "TIKTOKEN_CACHE_DIR": str(_tokens(site.folder)),
        "PYTHONPATH": str(_sqlite(site.folder)),
    }
    return Launch(command, ENVIRONMENT | own, f"{PROVIDER}/{MODEL}")


def _sqlite(folder: Path) -> Path:
    """Put what Python runs at its start into `folder`: another SQLite, as that of many Pythons loads no extensions."""
    start = folder / "start"
    start.mkdir()
    (start / "sitecustomize.py").write_text(_START)
    return start


def _tokens(folder: Path) -> Path:
    """Put the tokens that it counts by into a cache in `folder`; return the cache."""
    cache = folder / "tokens"
    cache.mkdir()
    packed = files("fleet_chunking").joinpath("cl100k_base.tiktoken.xz").read_bytes()
    name = hashlib.sha1(_TOKENS.encode(), usedforsecurity=False).hexdigest()
    (cache / name).write_bytes(lzma.decompress(packed))
    return cache


def _config(site: Site, setup: Setup) -> dict[str, Any]:
    return {
        "version": 2,
        "distro_name": "bench",
        "apis": ["inference", "vector_io", "files", "file_processors"],
        "providers": _providers(site, setup),
        "registered_resources": {"models": [_model()]},
        "vector_stores": {
            "default_provider_id": setup.engine,
            "default_embedding_model": {
                "provider_id": PROVIDER,
                "model_id": MODEL,
                "embedding_dimensions": DIMENSION,
            },
        },
        "storage": _storage(site.folder),
        "server": {"host": "127.0.0.1", "port": site.port},
    }


def _model() -> dict[str, Any]:
    return {
        "model_id": MODEL,
        "provider_id": PROVIDER,
        "provider_model_id": MODEL,
        "model_type": "embedding",
        "metadata": {"embedding_dimension": DIMENSION},
    }


def _providers(site: Site, setup: Setup) -> dict[str, Any]:
    embeddings = {"base_url": site.upstream_url, "api_key": "none"}
    engine: dict[str, Any] = {"persistence": {"namespace": "vector_io", "backend": "kv_default"}}
    if setup.engine == "sqlite-vec":
        engine["db_path"] = str(site.folder / "chunks.db")
    disk = {
        "storage_dir": str(site.folder / "files"),
        "metadata_store": {"table_name": "files_metadata", "backend": "sql_default"},
    }
    return {
        "inference": [_provider(PROVIDER, "remote::openai", embeddings)],
        "vector_io": [_provider(setup.engine, f"inline::{setup.engine}", engine)],
        "files": [_provider("disk", "inline::localfs", disk)],
        "file_processors": [_provider("pypdf", "inline::pypdf", {})],
    }


def _provider(name: str, kind: str, config: dict[str, Any]) -> dict[str, Any]:
    return {"provider_id": name, "provider_type": kind, "config": config}


def _storage(folder: Path) -> dict[str, Any]:
    stores = {
        "metadata": {"namespace": "registry", "backend": "kv_default"},
        "inference": {"table_name": "inference_store", "backend": "sql_default", "enabled": False},
        "conversations": {"table_name": "openai_conversations", "backend": "sql_default"},
        "prompts": {"table_name": "prompts", "backend": "sql_default"},
        "connectors": {"table_name": "connectors", "backend": "sql_default"},
    }
    backends = {
        "kv_default": {"type": "kv_sqlite", "db_path": str(folder / "kv.db")},
        "sql_default": {"type": "sql_sqlite", "db_path": str(folder / "sql.db")},
    }
    return {"backends": backends, "stores": stores}


# Its own encoder wants torch for Python 3.12.
OGX = Side("ogx", f"ogx {VERSION}", VENV.install, launch, encoders=("fake",), load_at_once=10_000)
