"""Being let in to Oracle Cloud: every request is signed."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from fnmatch import fnmatchcase

from fleet_runtime.errors import InvalidArgument, UpstreamFailed
from fleet_upstream.address import Address
from fleet_upstream.keys import Key
from fleet_upstream.oci.access import PROFILE
from fleet_upstream.oci.principals import Principal
from fleet_upstream.oci.profiles import ProfileError, Profiles
from fleet_upstream.oci.signature import signed


class OciAuthorization:
    """Signs as a profile of a config file, or as the machine itself.

    Args:
        profiles: The config file.
        own: Who signs for callers that choose no profile: a profile by its name, or the machine.
        allowed: Patterns of the profiles that callers may choose, as shells have them.
    """

    def __init__(self, profiles: Profiles, own: str | Principal, allowed: list[str]) -> None:
        self._profiles = profiles
        self._own = own
        self._allowed = allowed

    async def headers(self, verb: str, url: Address, body: bytes, key: Key) -> Mapping[str, str]:
        """Return the headers that let one request in. `key.text` is the profile that the caller chose.

        Raises:
            InvalidArgument: The caller may not choose that profile, or there is none such.
            UpstreamFailed: Our own cannot be used.
        """
        if key.text is None and isinstance(self._own, Principal):
            return await self._own.signed(verb, url, body)
        name = key.text or str(self._own)
        if key.callers and not any(fnmatchcase(name, pattern) for pattern in self._allowed):
            raise InvalidArgument(
                f"The profile that `{PROFILE}` in the provider data names is none that callers may choose.",
                code="invalid_provider_data",
            )
        try:
            signing_key = await asyncio.to_thread(self._profiles.key, name)
        except ProfileError as error:
            raise _unusable(error, key) from error
        return signed(verb, url, body, key=signing_key, now=datetime.now(UTC))


def _unusable(error: ProfileError, key: Key) -> InvalidArgument | UpstreamFailed:
    if key.callers:
        return InvalidArgument(
            f"`{PROFILE}` in the provider data cannot be used: {error}.",
            code="invalid_provider_data",
        )
    return UpstreamFailed(
        f"There is nothing to sign with: {error}; check the provider's `oci_config_…` settings.",
        status=502,
        code="upstream_unauthorized",
    )
