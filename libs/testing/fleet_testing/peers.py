"""The environments of the foreign programs that tests run.

A test makes the one that it needs. All are made by

    python -m fleet_testing.peers

which is for where nothing is installed yet: packages are then fetched while other tests compute.
"""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from fleet_testing.layered import layered_venv
from fleet_testing.venvs import ROOT, pinned_venv, with_fleet

VENVS = ROOT / ".venvs"
CLIENTS = ROOT / "tests/contract/requirements"
# The benchmarks measure the same engines, in the same environments.
ENGINES = ROOT / "tests/bench/requirements"
CHART = ROOT / "tests/chart/requirements/chart.txt"


def executorch() -> Path:
    """Return the `bin` folder of the environment with ExecuTorch, and with all that tests have."""
    pins = ROOT / "services/inference/tests/requirements/executorch.txt"
    return layered_venv(VENVS / "executorch", pins)


def vllm() -> Path:
    """Return the `bin` folder of the environment with vLLM, and with the fleet."""
    pinned_venv(VENVS / "vllm", ENGINES / "vllm.txt")
    return with_fleet(VENVS / "vllm", ROOT / "tests/engines/requirements/beside-vllm.txt")


def llama_cpp() -> Path:
    """Return the `bin` folder of the environment with llama.cpp's server."""
    return pinned_venv(VENVS / "llamacpp", ENGINES / "llamacpp.txt")


def client(name: str) -> Path:
    """Return the `bin` folder of the environment with a client library, by the name of what pins it."""
    return pinned_venv(VENVS / f"contract-{name}", CLIENTS / f"{name}.txt")


def chart() -> Path:
    """Return the `bin` folder of the environment with what renders and checks the chart."""
    return pinned_venv(VENVS / "chart", CHART)


def all_peers() -> Iterator[Callable[[], Path]]:
    """Yield what makes each environment, in the order in which `make test` needs them."""
    yield executorch
    yield from (partial(client, pins.stem) for pins in sorted(CLIENTS.glob("*.txt")))
    yield chart
    yield llama_cpp
    yield vllm


if __name__ == "__main__":
    for make in all_peers():
        make()
