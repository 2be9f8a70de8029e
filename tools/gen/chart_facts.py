"""`python -m tools.gen.chart_facts`: write what the chart's templates must know of services."""

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import yaml

from fleet_cli.apis import installed_apis, package_of
from fleet_gateway.config import GatewayConfig
from fleet_gateway.contract import read_contract, rest_face, takes_websockets

FACTS = Path(__file__).resolve().parents[2] / "charts/llama-fleet/files/facts.yaml"
HEADER = "# Written by `make gen`.\n"


def main() -> None:
    """Write the facts."""
    FACTS.write_text(HEADER + yaml.safe_dump(chart_facts(), sort_keys=False))


def chart_facts() -> dict[str, Any]:
    """Return the facts: of each API how its service is started and watched; and which settings are Envoy's."""
    contract = read_contract(rest_face())
    return {
        "gateway_settings": sorted(GatewayConfig.model_fields),
        "apis": {
            api: {
                "package": package_of(api),
                # The gRPC service whose health stands for the whole: the gateway asks for the same.
                "health": contract[api.replace("-", "_")][0].name,
                "migrates": find_spec(f"{package_of(api)}.migrate") is not None,
                "websockets": takes_websockets(api),
            }
            for api in installed_apis()
        },
    }


if __name__ == "__main__":
    main()
