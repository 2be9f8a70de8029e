"""ogx with what documents need: its own faiss or sqlite-vec, files on disk, and pypdf."""

from pathlib import Path
from typing import Any

from fleet_bench.rag.embedder import MODEL
from fleet_bench.rag.meaning import DIMENSION
from fleet_bench.rag.sides import Setup, Side
from fleet_bench.system import Launch, Site
from fleet_bench.systems.ogx import PROVIDER, VENV, VERSION, provider, start, tokens, upstream

_START = """
import sys
import pysqlite3
sys.modules |= {"sqlite3": pysqlite3, "sqlite3.dbapi2": pysqlite3.dbapi2}
"""


def launch(site: Site, setup: Setup) -> Launch:
    """Start the server with one engine."""
    own = tokens(site.folder) | {"PYTHONPATH": str(_sqlite(site.folder))}
    return start(site, _config(site, setup), f"{PROVIDER}/{MODEL}", own)


def _sqlite(folder: Path) -> Path:
    """Put what Python runs at its start into `folder`: another SQLite, as that of many Pythons loads no extensions."""
    start = folder / "start"
    start.mkdir()
    (start / "sitecustomize.py").write_text(_START)
    return start


def _config(site: Site, setup: Setup) -> dict[str, Any]:
    return {
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
    engine: dict[str, Any] = {"persistence": {"namespace": "vector_io", "backend": "kv_default"}}
    if setup.engine == "sqlite-vec":
        engine["db_path"] = str(site.folder / "chunks.db")
    disk = {
        "storage_dir": str(site.folder / "files"),
        "metadata_store": {"table_name": "files_metadata", "backend": "sql_default"},
    }
    return {
        "inference": [upstream(site)],
        "vector_io": [provider(setup.engine, f"inline::{setup.engine}", engine)],
        "files": [provider("disk", "inline::localfs", disk)],
        "file_processors": [provider("pypdf", "inline::pypdf", {})],
    }


# Its own encoder wants torch for Python 3.12.
OGX = Side("ogx", f"ogx {VERSION}", VENV.install, launch, encoders=("fake",), load_at_once=10_000)
