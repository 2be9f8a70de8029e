"""Llama Fleet, with what responses need: Envoy, Postgres, and the services inference, agents and tools."""

import sys
from pathlib import Path
from string import Template

from fleet_bench.responses.sides import Side
from fleet_bench.system import Launch, Site, installed

_VALUES = Path(__file__).resolve().parents[2] / "responses.yaml"


def launch(site: Site) -> Launch:
    """Start the fleet of `responses.yaml`, in the foreground."""
    text = Template(_VALUES.read_text()).substitute(port=site.port, upstream=site.upstream_url)
    values = site.folder / "responses.yaml"
    values.write_text(text)
    llama = str(Path(sys.executable).with_name("llama"))
    state = {"LLAMA_HOME": str(site.folder / "home")}  # apart from a fleet that runs already
    return Launch([llama, "stack", "run", str(values)], state, "upstream/")


FLEET = Side("fleet", "llama-fleet", installed, launch)
