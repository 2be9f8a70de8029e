"""Asking a server about a caller: in time, over connections that are kept, and never by anything but JSON."""

from pathlib import Path
from typing import Any

import msgspec

from fleet_runtime.access.config import Tls
from fleet_runtime.errors import FleetError, Unavailable
from fleet_upstream.address import Address
from fleet_upstream.client import HttpClient
from fleet_upstream.settings import Limits, Network, UpstreamConfig
from fleet_upstream.settings import Tls as UpstreamTls

# In bytes. Who somebody is fits into less.
_LONGEST = 1 << 20
# How many are asked about at once; others wait, and no longer than the deadline.
_AT_ONCE = 64


class Server:
    """A server that knows callers.

    Args:
        url: Its address.
        tls: How it is known.
        seconds: How long it has for an answer.
    """

    def __init__(self, url: str, tls: Tls, seconds: float) -> None:
        self.address = Address.parse(url)
        base = f"{self.address.scheme}://{self.address.endpoint}"
        verify = Path(tls.tls_cafile) if tls.tls_cafile else True
        network = Network(
            tls=UpstreamTls(verify=verify if tls.verify_tls else False),
            timeout=seconds,
            limits=Limits(max_connections=_AT_ONCE),
        )
        self._client = HttpClient(UpstreamConfig(base_url=base, network=network))
        self._seconds = seconds

    async def aclose(self) -> None:
        """Close all connections."""
        await self._client.aclose()

    async def ask(
        self, verb: str, url: Address, headers: dict[str, str], body: bytes | None = None
    ) -> tuple[int, Any]:
        """Return the status and the JSON of an answer; `None` where it is none.

        Raises:
            Unavailable: It cannot be reached, is late, or fails.
        """
        try:
            async with self._client.exchange(verb, url, headers, body, self._seconds) as answer:
                content = await answer.read()
        except FleetError as error:
            raise unavailable() from error
        except ValueError:  # a token with a line break
            return 401, None
        if answer.status >= 500 or answer.status == 429 or len(content) > _LONGEST:  # noqa: PLR2004
            raise unavailable()
        try:
            return answer.status, msgspec.json.decode(content)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return answer.status, None


def unavailable() -> Unavailable:
    """Return the error that nobody could tell who calls."""
    return Unavailable(
        "Nobody can tell right now who calls; try again shortly.", code="auth_unavailable"
    )
