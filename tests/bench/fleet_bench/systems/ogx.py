"""ogx, once Llama Stack's server: inference only, storing nothing, one remote provider."""

import hashlib
import json
import lzma
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

from fleet_bench.system import Launch, Site, System
from fleet_bench.venv import Venv

VERSION = "1.5.0"
VENV = Venv("ogx", "3.12")
PROVIDER = "upstream"

# Its default, a console painted by rich, would cost more than the call.
_ENVIRONMENT = {"OGX_LOG_FORMAT": "json", "OGX_LOGGING": "all=error"}
# tiktoken keeps what it downloads under the SHA-1 of its address; without the network it has to be there already.
_TOKENS = "https://openaipublic.blob.core.windows.net/encodings/cl100k_base.tiktoken"


def launch(site: Site) -> Launch:
    """Start the server with the upstream as an OpenAI provider."""
    config = {"apis": ["inference"], "providers": {"inference": [upstream(site)]}}
    return start(site, config, f"{PROVIDER}/")


def start(
    site: Site,
    config: Mapping[str, Any],
    prefix: str,
    environment: Mapping[str, str] | None = None,
) -> Launch:
    """Write a config, and return what starts the server with it.

    Args:
        site: Where it runs.
        config: What to serve, and by which providers. Where all is kept is added.
        prefix: What precedes the upstream's model name.
        environment: What else the server is to find there.
    """
    server = {"host": "127.0.0.1", "port": site.port}
    whole = {"version": 2, "distro_name": "bench", "storage": _storage(site.folder)}
    file = site.folder / "config.yaml"
    file.write_text(json.dumps(whole | {"server": server} | dict(config)))  # JSON is YAML
    command = [VENV.binary("ogx"), "run", str(file), "--port", str(site.port), "--insecure"]
    # Else it moves ~/.llama, where our models are, to ~/.ogx.
    home = {"OGX_CONFIG_DIR": str(site.folder)}
    return Launch(command, _ENVIRONMENT | home | dict(environment or {}), prefix)


def provider(name: str, kind: str, config: Mapping[str, Any]) -> dict[str, Any]:
    """Return a provider, as the config has it."""
    return {"provider_id": name, "provider_type": kind, "config": dict(config)}


def upstream(site: Site) -> dict[str, Any]:
    """Return the provider of the upstream's models."""
    return provider(PROVIDER, "remote::openai", {"base_url": site.upstream_url, "api_key": "none"})


def tokens(folder: Path) -> dict[str, str]:
    """Put the tokens that it counts by into a cache in `folder`; return what tells it where they are."""
    cache = folder / "tokens"
    cache.mkdir()
    packed = files("fleet_chunking").joinpath("cl100k_base.tiktoken.xz").read_bytes()
    name = hashlib.sha1(_TOKENS.encode(), usedforsecurity=False).hexdigest()
    (cache / name).write_bytes(lzma.decompress(packed))
    return {"TIKTOKEN_CACHE_DIR": str(cache)}


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


OGX = System("ogx", f"ogx {VERSION}", VENV.install, launch)
