"""Machines and functions that are principals themselves: Oracle's SDK gets their keys, and signs with them.

Format: https://docs.oracle.com/iaas/Content/Identity/Tasks/callingservicesfrominstances.htm
"""

import asyncio
import math
import time
from collections.abc import Mapping
from typing import Any, Literal

import oci.auth.signers
import oci.exceptions
import oci.retry
from oci._vendor import requests  # the only requests that the SDK's signers sign

from fleet_runtime.errors import UpstreamFailed
from fleet_upstream.address import Address

Kind = Literal["instance_principal", "resource_principal"]

# In seconds: what the metadata service and the federation endpoint may take together.
_PATIENCE = 30.0
# In seconds: how long nobody tries again after that.
_PAUSE = 15.0
# What the SDK raises where there is no such principal, and where the services behind it do not answer.
_FAILURES = (
    LookupError,
    OSError,
    RuntimeError,
    ValueError,
    oci.exceptions.ClientError,
    oci.exceptions.RequestException,
    oci.exceptions.ServiceError,
)


class Principal:
    """Signs as the machine or the function that this runs on.

    Its tokens are renewed by the SDK, which blocks, so that it works outside the event loop; one call at a time makes
    the signer.
    """

    def __init__(self, kind: Kind) -> None:
        self._kind = kind
        self._turn = asyncio.Lock()
        self._signer: Any = None
        self._failed = -math.inf

    async def signed(self, verb: str, url: Address, body: bytes) -> Mapping[str, str]:
        """Return the headers that sign a request.

        Raises:
            UpstreamFailed: This is no such principal, or its key cannot be had. Nobody tries again for a while then.
        """
        try:
            async with asyncio.timeout(_PATIENCE):
                return await asyncio.to_thread(_signed, await self._made(), verb, url, body)
        except _FAILURES as error:
            if self._signer is None and not self._pausing():
                self._failed = time.monotonic()
            raise UpstreamFailed(
                f"This machine cannot sign as {self._kind} ({type(error).__name__}); check `oci_auth_type`.",
                status=502,
                code="upstream_unauthorized",
            ) from error

    def _pausing(self) -> bool:
        """Whether it failed so lately that it would again."""
        return time.monotonic() - self._failed < _PAUSE

    async def _made(self) -> Any:
        """Return the signer."""
        async with self._turn:
            if self._signer is None and self._pausing():
                raise ConnectionError("there was no signer a moment ago")
            if self._signer is None:
                self._signer = await asyncio.to_thread(_signer, self._kind)
        return self._signer


def _signer(kind: Kind) -> Any:
    """Return the SDK's signer. Blocks."""
    if kind == "resource_principal":
        return oci.auth.signers.get_resource_principals_signer()
    # The SDK's own strategy would try for a minute and a half, and callers wait.
    never = oci.retry.NoneRetryStrategy()
    return oci.auth.signers.InstancePrincipalsSecurityTokenSigner(retry_strategy=never)


def _signed(signer: Any, verb: str, url: Address, body: bytes) -> Mapping[str, str]:
    """Return what the SDK's `signer` adds to a request. Blocks."""
    headers = {"content-type": "application/json"} if body else {}
    request = requests.Request(verb, str(url), headers=headers, data=body or None).prepare()
    sent = {name.lower(): value for name, value in signer(request).headers.items()}
    return {
        name: sent[name] for name in ("date", "x-content-sha256", "authorization") if name in sent
    }
