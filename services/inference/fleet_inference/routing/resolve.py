"""Where the replicas of a service are."""

import asyncio
import socket

from fleet_runtime.clients import PORT, places

# What the resolver says of a name without addresses, as a headless service without pods has none.
_NONE = (socket.EAI_NONAME, socket.EAI_NODATA)


async def resolved(service: str) -> list[str] | None:
    """Return the places of a service's replicas, as `FLEET_ADDRESSES` or else the DNS has them.

    `None` if the DNS does not answer. A headless service has an address for each pod that is ready,
    and none when it is scaled to zero.
    """
    known = places().get(service)
    if known is not None:
        return known
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(service, PORT, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        return [] if error.errno in _NONE else None
    return sorted({_place(*address[:2]) for *_, address in found})


def _place(host: str | int, port: str | int) -> str:
    return f"[{host}]:{port}" if ":" in str(host) else f"{host}:{port}"
