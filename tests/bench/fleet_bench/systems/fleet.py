"""Llama Fleet: Envoy, the inference service and what the launcher keeps around them."""

import sys
from pathlib import Path
from string import Template

from fleet_bench.system import Launch, Site, System, installed

VALUES = Path(__file__).resolve().parents[2] / "fleet.yaml"
PREFIX = "upstream/"
"""The provider's id in `fleet.yaml`."""


def launch(site: Site) -> Launch:
    """Start the fleet of `fleet.yaml`, in the foreground."""
    text = Template(VALUES.read_text()).substitute(port=site.port, upstream=site.upstream_url)
    values = site.folder / "fleet.yaml"
    values.write_text(text)
    llama = str(Path(sys.executable).with_name("llama"))
    state = {"LLAMA_HOME": str(site.folder / "home")}  # apart from a fleet that runs already
    return Launch([llama, "stack", "run", str(values)], state, PREFIX)


FLEET = System("fleet", "llama-fleet", installed, launch)
