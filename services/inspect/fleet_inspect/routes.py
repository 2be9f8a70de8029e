"""The REST routes, read from the contract."""

import json
from collections.abc import Mapping, Sequence
from importlib.resources import files

from fleet.inspect.v1 import messages as m

STABILITIES = ("v1", "v1beta", "v1alpha", "deprecated")


def routes(
    served: Sequence[str], provider_types: Mapping[str, Sequence[str]], wanted: str | None
) -> list[m.RouteInfo]:
    """Return the routes of the APIs in `served`, by path and method.

    Args:
        served: The APIs, such as `inference`.
        provider_types: The types of the providers of each API.
        wanted: Only those of this stability; all but deprecated ones if unset.
    """
    document = json.loads((files("fleet") / "openapi.json").read_text())
    found = []
    for path, verbs in sorted(document["paths"].items()):
        for verb, operation in sorted(verbs.items()):
            api = operation["x-fleet-api"]
            if api in served and _is_wanted(path, operation.get("deprecated", False), wanted):
                found.append(
                    m.RouteInfo(
                        route=path,
                        method=verb.upper(),
                        provider_types=list(provider_types.get(api, ())),
                    )
                )
    return found


def _is_wanted(path: str, deprecated: bool, wanted: str | None) -> bool:
    if wanted is None:
        return not deprecated
    if wanted == "deprecated":
        return deprecated
    return not deprecated and path.startswith(f"/{wanted}/")
