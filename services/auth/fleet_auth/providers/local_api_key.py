"""A few keys of the config. Format: Llama Stack's `local_api_key`."""

import hmac

from fleet_auth.provider import Asked, Identity
from fleet_auth.refusals import unknown
from fleet_runtime.access.config import LocalApiKey

_ATTRIBUTES = {"roles": frozenset({"admin", "owner"})}


class ConfiguredKeys:
    """Whoever has one of the keys."""

    def __init__(self, config: LocalApiKey) -> None:
        self._keys = [key.reveal().encode() for key in config.api_keys]

    async def aclose(self) -> None:
        pass

    def remembers_by(self, asked: Asked) -> str | None:
        return None

    async def identify(self, asked: Asked) -> Identity:
        # All are compared, and each in a time that does not tell how much of it was right.
        token = asked.token.encode()
        if not sum(hmac.compare_digest(token, key) for key in self._keys):
            raise unknown()
        return Identity("local_api_key", _ATTRIBUTES)
