"""Where the replicas of a service are."""

from fleet_runtime.clients import PORT, places
from fleet_runtime.names import looked_up


async def resolved(service: str) -> list[str] | None:
    """Return the places of a service's replicas, as `FLEET_ADDRESSES` or else the DNS has them.

    `None` if the DNS does not answer.
    """
    known = places().get(service)
    return await looked_up(service, PORT) if known is None else known
