"""Llama Fleet, with what documents need: Envoy, and the services inference, files and vector-io."""

import json
import sys
from pathlib import Path
from string import Template

from fleet_bench.rag.embedder import MODEL
from fleet_bench.rag.sides import MINILM, Setup, Side
from fleet_bench.system import Launch, Site, installed
from fleet_models.store import default_root

_VALUES = Path(__file__).resolve().parents[2] / "rag.yaml"


def launch(site: Site, setup: Setup) -> Launch:
    """Start the fleet of `rag.yaml`, in the foreground."""
    provider, model = _encoder(site, setup)
    text = Template(_VALUES.read_text()).substitute(
        port=site.port, provider=json.dumps(provider), model=model, engine=setup.engine
    )
    values = site.folder / "rag.yaml"
    values.write_text(text)
    llama = str(Path(sys.executable).with_name("llama"))
    state = {"LLAMA_HOME": str(site.folder / "home")}  # apart from a fleet that runs already
    return Launch([llama, "stack", "run", str(values)], state, "encoder")


def _encoder(site: Site, setup: Setup) -> tuple[dict[str, object], str]:
    """Return the provider of the embedding model, and its name for it."""
    if setup.encoder == "minilm":
        folder = str(default_root() / MINILM)  # its own `LLAMA_HOME` has no models
        inline = {"type": "inline::sentence-transformers", "config": {"model": folder}}
        return {"id": "embeddings", **inline}, folder
    config = {"base_url": site.upstream_url, "api_key": "none"}
    return {"id": "embeddings", "type": "remote::openai", "config": config}, MODEL


FLEET = Side(
    "fleet", "llama-fleet", installed, launch, encoders=("fake", "minilm"), load_at_once=250
)
