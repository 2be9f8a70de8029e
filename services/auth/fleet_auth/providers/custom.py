"""Tokens that an endpoint knows. Format: Llama Stack's custom authentication."""

from urllib.parse import parse_qs

import msgspec

from fleet_auth.claims import text, texts
from fleet_auth.provider import Asked, Identity
from fleet_auth.refusals import unknown
from fleet_auth.server import Server, unavailable
from fleet_runtime.access.caller import CATEGORIES
from fleet_runtime.access.config import Custom

_OK = 200
_HEADERS = {"content-type": "application/json", "accept": "application/json"}


class CustomEndpoint:
    """Whoever the endpoint knows."""

    def __init__(self, config: Custom, seconds: float) -> None:
        self._tenant_field = config.tenant_field
        self._server = Server(config.endpoint, config, seconds)

    async def aclose(self) -> None:
        await self._server.aclose()

    def remembers_by(self, asked: Asked) -> str | None:
        # It hears of the request, and may answer by it.
        return "\n".join(
            (asked.token, asked.path, asked.query, repr(sorted(asked.headers.items())))
        )

    async def identify(self, asked: Asked) -> Identity:
        content = {
            "api_key": asked.token,
            "request": {
                "path": asked.path,
                "headers": dict(asked.headers),
                "params": parse_qs(asked.query),
            },
        }
        body = msgspec.json.encode(content)
        status, told = await self._server.ask("POST", self._server.address, _HEADERS, body)
        if status != _OK:
            raise unknown()
        principal = text(told.get("principal")) if isinstance(told, dict) else None
        if principal is None:
            raise unavailable()
        known = told.get("attributes")
        found = known if isinstance(known, dict) else {}
        attributes = {c: frozenset(texts(found[c])) for c in CATEGORIES if found.get(c)}
        tenant = text(told.get(self._tenant_field)) if self._tenant_field else None
        return Identity(principal, attributes, tenant)
