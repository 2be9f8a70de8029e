"""Where the access keys come from that requests to AWS are signed with.

The chain is botocore's: settings, environment, profiles, single sign-on, containers, instances. What blocks in it runs
outside the event loop.
"""

import asyncio
import math
import time
from dataclasses import dataclass, field
from typing import Any

import botocore.config
import botocore.credentials
import botocore.exceptions
import botocore.session
import botocore.utils

from fleet_runtime.errors import UpstreamFailed
from fleet_upstream.bedrock.signature import AccessKey

# In seconds. The chain asks several places, each for a second or two.
_PATIENCE = 30.0
# In seconds: how long before its end a temporary key is renewed. The shortest sessions last 900.
_MARGIN = 600
# In seconds: how long nobody looks again where there is no key.
_PAUSE = 30.0


@dataclass(frozen=True, slots=True)
class Identity:
    """Who signs.

    Attributes:
        key: The access key; the chain's if unset.
        profile: The profile of the AWS config files to take settings from.
        role: The role to be assumed, by its ARN.
        web_identity: The file with the token that proves who assumes it; the access key does if unset.
        session_name: What the role's session is called in AWS's logs.
        session_seconds: How long such a session lasts.
        region: Where the token service is asked.
        network: How it is asked: what `botocore.config.Config` takes.
        ca_bundle: The file of certificates to check its own against.
    """

    key: AccessKey | None = None
    profile: str | None = None
    role: str | None = None
    web_identity: str | None = None
    session_name: str | None = None
    session_seconds: int | None = None
    region: str | None = None
    network: dict[str, Any] = field(default_factory=dict)
    ca_bundle: str | None = None


class AccessKeys:
    """Finds the access key to sign with. A temporary one is renewed before it ends, by one caller for all."""

    def __init__(self, identity: Identity) -> None:
        self._identity = identity
        self._turn = asyncio.Lock()
        self._credentials: Any = None
        self._key: AccessKey | None = None
        self._looked = -math.inf

    async def current(self) -> AccessKey | None:
        """Return the key to sign with now, if there is one.

        Raises:
            UpstreamFailed: A place that should have one has none, or refuses it.
        """
        if self._stale():
            async with self._turn:
                if self._stale():
                    await self._renew()
        return self._key

    def _stale(self) -> bool:
        """Whether to look for a key, or for a newer one."""
        if self._key is None:
            return time.monotonic() - self._looked > _PAUSE
        temporary = isinstance(self._credentials, botocore.credentials.RefreshableCredentials)
        return temporary and bool(self._credentials.refresh_needed(_MARGIN))

    async def _renew(self) -> None:
        try:
            async with asyncio.timeout(_PATIENCE):
                if self._credentials is None:
                    self._credentials = await asyncio.to_thread(_credentials, self._identity)
                self._key = await asyncio.to_thread(_frozen, self._credentials)
        except (
            botocore.exceptions.BotoCoreError,
            botocore.exceptions.ClientError,
            OSError,
        ) as error:
            raise _refused(error) from error
        self._looked = time.monotonic()


def _frozen(credentials: Any) -> AccessKey | None:
    """Return the key that `credentials` are now, after renewing it where that is due. Blocks."""
    if credentials is None:
        return None
    frozen = credentials.get_frozen_credentials()
    return AccessKey(frozen.access_key, frozen.secret_key, frozen.token)


def _credentials(identity: Identity) -> Any:
    """Return botocore's credentials. Blocks."""
    session = botocore.session.Session(profile=identity.profile)
    session.set_config_variable("region", identity.region)
    session.set_config_variable("ca_bundle", identity.ca_bundle)
    session.set_default_client_config(botocore.config.Config(**identity.network))
    if identity.key:
        session.set_credentials(identity.key.id, identity.key.secret, identity.key.token)
    if identity.role is None:
        return session.get_credentials()
    return botocore.credentials.DeferredRefreshableCredentials(
        _assuming(identity, session).fetch_credentials, "assume-role"
    )


def _assuming(identity: Identity, session: Any) -> Any:
    """Return what assumes the role."""
    wanted = {
        "RoleSessionName": identity.session_name,
        "DurationSeconds": identity.session_seconds,
    }
    extra = {name: value for name, value in wanted.items() if value is not None}
    if identity.web_identity:
        return botocore.credentials.AssumeRoleWithWebIdentityCredentialFetcher(
            session.create_client,
            botocore.utils.FileWebIdentityTokenLoader(identity.web_identity),
            identity.role,
            extra,
        )
    return botocore.credentials.AssumeRoleCredentialFetcher(
        session.create_client, session.get_credentials(), identity.role, extra
    )


def _refused(error: Exception) -> UpstreamFailed:
    """Return the error for credentials that cannot be had. Its text names no account and no file."""
    return UpstreamFailed(
        f"There are no AWS credentials to sign with ({type(error).__name__}); check the provider's"
        " `aws_…` settings and what the machine is allowed to do.",
        status=502,
        code="upstream_unauthorized",
    )
