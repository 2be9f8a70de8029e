"""ogx, once Llama Stack's server: inference only, storing nothing, one remote provider."""

import json

from fleet_bench.system import Launch, Site, System
from fleet_bench.venv import Venv

VERSION = "1.5.0"
VENV = Venv("ogx", "3.12")
PROVIDER = "upstream"

# Its default, a console painted by rich, would cost more than the call.
ENVIRONMENT = {"OGX_LOG_FORMAT": "json", "OGX_LOGGING": "all=error"}


def launch(site: Site) -> Launch:
    """Start the server with the upstream as an OpenAI provider."""
    config = site.folder / "config.yaml"
    config.write_text(json.dumps(_config(site)))  # JSON is YAML
    command = [VENV.binary("ogx"), "run", str(config), "--port", str(site.port), "--insecure"]
    # Else it moves ~/.llama, where our models are, to ~/.ogx.
    home = {"OGX_CONFIG_DIR": str(site.folder)}
    return Launch(command, ENVIRONMENT | home, f"{PROVIDER}/")


def _config(site: Site) -> dict[str, object]:
    provider = {
        "provider_id": PROVIDER,
        "provider_type": "remote::openai",
        "config": {"base_url": site.upstream_url, "api_key": "none"},
    }
    stores = {
        "metadata": {"namespace": "registry", "backend": "kv_default"},
        "inference": {"table_name": "inference_store", "backend": "sql_default", "enabled": False},
        "conversations": {"table_name": "openai_conversations", "backend": "sql_default"},
        "prompts": {"table_name": "prompts", "backend": "sql_default"},
        "connectors": {"table_name": "connectors", "backend": "sql_default"},
    }
    backends = {
        "kv_default": {"type": "kv_sqlite", "db_path": str(site.folder / "kv.db")},
        "sql_default": {"type": "sql_sqlite", "db_path": str(site.folder / "sql.db")},
    }
    return {
        "version": 2,
        "distro_name": "bench",
        "apis": ["inference"],
        "providers": {"inference": [provider]},
        "storage": {"backends": backends, "stores": stores},
        "server": {"host": "127.0.0.1", "port": site.port},
    }


OGX = System("ogx", f"ogx {VERSION}", VENV.install, launch)
