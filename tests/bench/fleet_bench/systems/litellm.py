"""LiteLLM's proxy: one worker, no database, no logging, as its guide for production says."""

import json

from fleet_bench import wire
from fleet_bench.system import Launch, Site, System
from fleet_bench.venv import Venv

VERSION = "1.106.2"
VENV = Venv("litellm", "3.11")

ENVIRONMENT = {
    "LITELLM_MODE": "PRODUCTION",
    "LITELLM_LOG": "ERROR",
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",  # or it looks for prices on the network
    "LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY": "true",  # no system here asks for a key
    "NO_DOCS": "True",
}


def launch(site: Site) -> Launch:
    """Start the proxy with both models of the upstream."""
    config = site.folder / "config.yaml"
    config.write_text(json.dumps(_config(site)))  # JSON is YAML
    address = ["--host", "127.0.0.1", "--port", str(site.port), "--num_workers", "1"]
    return Launch([VENV.binary("litellm"), "--config", str(config), *address], ENVIRONMENT, "")


def _config(site: Site) -> dict[str, object]:
    models = [
        {
            "model_name": model,
            "litellm_params": {
                "model": f"openai/{model}",
                "api_base": site.upstream_url,
                "api_key": "none",
            },
        }
        for model in (wire.FLAT, wire.PACED)
    ]
    settings = {"set_verbose": False, "request_timeout": 600, "telemetry": False}
    return {"model_list": models, "litellm_settings": settings}


LITELLM = System("litellm", f"litellm {VERSION}", VENV.install, launch)
