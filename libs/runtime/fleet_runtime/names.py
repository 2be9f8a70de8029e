"""What the DNS says of a name."""

import asyncio
import socket

# What the resolver says of a name without addresses, as a headless service without pods has none.
_NONE = (socket.EAI_NONAME, socket.EAI_NODATA)


async def looked_up(name: str, port: int) -> list[str] | None:
    """Return the addresses of a name, each as `host:port`, in order; `None` if the DNS does not answer.

    A headless service has an address for each pod that is ready, and none when it is scaled to zero.
    """
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except socket.gaierror as error:
        return [] if error.errno in _NONE else None
    return sorted({_place(*address[:2]) for *_, address in found})


def _place(host: str | int, port: str | int) -> str:
    return f"[{host}]:{port}" if ":" in str(host) else f"{host}:{port}"
