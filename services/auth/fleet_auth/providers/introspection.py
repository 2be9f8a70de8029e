"""Tokens that their server is asked about. Format: RFC 7662."""

import base64
import time
from typing import Any
from urllib.parse import quote_plus, urlencode

from fleet_auth.claims import attributes, claim, text, texts
from fleet_auth.provider import Asked, Identity
from fleet_auth.refusals import unknown
from fleet_auth.server import Server, unavailable
from fleet_runtime.access.config import Introspection, OAuth2Token

_OK = 200
_FORM = "application/x-www-form-urlencoded"


class IntrospectedToken:
    """Tokens of an OAuth 2 server with an introspection endpoint."""

    def __init__(self, config: OAuth2Token, endpoint: Introspection, seconds: float) -> None:
        self._config = config
        self._endpoint = endpoint
        self._server = Server(endpoint.url, config, seconds)

    async def aclose(self) -> None:
        await self._server.aclose()

    def remembers_by(self, asked: Asked) -> str | None:
        return asked.token

    async def identify(self, asked: Asked) -> Identity:
        fields = {"token": asked.token, "token_type_hint": "access_token"}
        headers = {"content-type": _FORM, "accept": "application/json"}
        secret = self._endpoint.client_secret.reveal()
        if self._endpoint.send_secret_in_body:
            fields |= {"client_id": self._endpoint.client_id, "client_secret": secret}
        else:
            headers["authorization"] = _basic(self._endpoint.client_id, secret)
        body = urlencode(fields).encode()
        status, told = await self._server.ask("POST", self._server.address, headers, body)
        if status != _OK or not isinstance(told, dict):
            raise unavailable()  # it is us that it refuses, not the token
        self._check(told)
        principal = text(told.get("sub")) or text(told.get("username"))
        if principal is None:
            raise unknown("The token does not say whose it is.")
        tenant = self._config.tenant_claim
        return Identity(
            principal,
            attributes(told, self._config.claims_mapping),
            text(claim(told, tenant)) if tenant else None,
        )

    def _check(self, told: dict[str, Any]) -> None:
        """Refuse a token that is not good, or is not for us."""
        if told.get("active") is not True:
            raise unknown("The token is not active.")
        if "aud" in told and self._config.audience not in texts(told["aud"]):
            raise unknown("The token is for another audience.")
        if self._config.issuer and told.get("iss", self._config.issuer) != self._config.issuer:
            raise unknown("The token is of another issuer.")
        expires = told.get("exp")
        if isinstance(expires, int | float) and expires <= time.time():
            raise unknown("The token has expired.")


def _basic(user: str, password: str) -> str:
    """Return the header of a client's own credentials (RFC 6749, section 2.3.1)."""
    pair = f"{quote_plus(user)}:{quote_plus(password)}"
    return f"Basic {base64.b64encode(pair.encode()).decode()}"
