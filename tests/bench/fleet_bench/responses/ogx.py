"""ogx with what responses need, all that it knows in SQLite, as its own starter has it."""

from pathlib import Path
from typing import Any

from fleet_bench.responses.sides import Side
from fleet_bench.system import Launch, Site
from fleet_bench.systems.ogx import PROVIDER, VENV, VERSION, provider, start, tokens, upstream


def launch(site: Site) -> Launch:
    """Start the server."""
    return start(site, _config(site), f"{PROVIDER}/", tokens(site.folder))


def _config(site: Site) -> dict[str, Any]:
    apis = ["inference", "responses", "tool_runtime", "vector_io", "files", "file_processors"]
    return {"apis": apis, "providers": _providers(site)}


def _providers(site: Site) -> dict[str, Any]:
    """Return the providers; its responses want files and a vector store, which nobody uses here."""
    kept = {"responses": {"table_name": "responses", "backend": "sql_default"}}
    return {
        "inference": [upstream(site)],
        "responses": [provider("builtin", "inline::builtin", {"persistence": kept})],
        "tool_runtime": [provider("mcp", "remote::model-context-protocol", {})],
        "vector_io": [_vectors()],
        "files": [_files(site.folder)],
        "file_processors": [provider("pypdf", "inline::pypdf", {})],
    }


def _vectors() -> dict[str, Any]:
    kept = {"namespace": "vector_io", "backend": "kv_default"}
    return provider("faiss", "inline::faiss", {"persistence": kept})


def _files(folder: Path) -> dict[str, Any]:
    kept = {"table_name": "files_metadata", "backend": "sql_default"}
    disk = {"storage_dir": str(folder / "files"), "metadata_store": kept}
    return provider("disk", "inline::localfs", disk)


OGX = Side("ogx", f"ogx {VERSION}", VENV.install, launch)
