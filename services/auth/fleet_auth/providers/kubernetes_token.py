"""Tokens of a Kubernetes cluster.

The API server tells whoever has a token who they are, so that we need no rights of our own there.
Source: https://kubernetes.io/docs/reference/kubernetes-api/authentication-resources/self-subject-review-v1/
"""

import msgspec

from fleet_auth.claims import attributes, claim, text
from fleet_auth.provider import Asked, Identity
from fleet_auth.refusals import unknown
from fleet_auth.server import Server, unavailable
from fleet_runtime.access.config import Kubernetes

_CREATED = 201
_PATH = "apis/authentication.k8s.io/v1/selfsubjectreviews"
_REVIEW = msgspec.json.encode(
    {"apiVersion": "authentication.k8s.io/v1", "kind": "SelfSubjectReview"}
)


class KubernetesUser:
    """Users and service accounts of a cluster."""

    def __init__(self, config: Kubernetes, seconds: float) -> None:
        self._config = config
        self._server = Server(config.api_server_url, config, seconds)

    async def aclose(self) -> None:
        await self._server.aclose()

    def remembers_by(self, asked: Asked) -> str | None:
        return asked.token

    async def identify(self, asked: Asked) -> Identity:
        headers = {
            "authorization": f"Bearer {asked.token}",
            "accept": "application/json",
            "content-type": "application/json",
        }
        url = self._server.address / _PATH
        status, told = await self._server.ask("POST", url, headers, _REVIEW)
        user = claim(told, "status.userInfo") if isinstance(told, dict) else None
        if status != _CREATED or not isinstance(user, dict):
            raise unknown("The cluster does not know the token.")
        name = text(user.get("username"))
        if name is None:
            raise unavailable()
        tenant = self._config.tenant_claim
        return Identity(
            name,
            attributes(user, self._config.claims_mapping),
            _only(claim(user, tenant)) if tenant else None,
        )


def _only(value: object) -> str | None:
    """Return the one value of a field: those of `extra` are lists."""
    if isinstance(value, list) and len(value) == 1:
        return text(value[0])
    return text(value)
