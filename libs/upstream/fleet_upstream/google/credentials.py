"""Access tokens of Google's application default credentials.

Finding and signing is the vendor's own code's, `google-auth`; it blocks, and so runs in a thread.
Format: https://cloud.google.com/docs/authentication/application-default-credentials
"""

import asyncio
from collections.abc import Mapping
from http.client import HTTPException
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import google.auth
from google.auth import transport
from google.auth.credentials import Credentials
from google.auth.exceptions import DefaultCredentialsError, GoogleAuthError, TransportError

from fleet_runtime.errors import InvalidArgument, UpstreamFailed
from fleet_upstream.address import Address
from fleet_upstream.keys import Key

_SCOPES = ("https://www.googleapis.com/auth/cloud-platform",)
# In seconds: the longest wait for a token.
_TIMEOUT = 10.0


class AccessTokens:
    """Fetches tokens when they are due, one request for all who wait."""

    def __init__(self) -> None:
        self._credentials: Credentials | None = None
        self._turn = asyncio.Lock()

    async def headers(self, verb: str, url: Address, body: bytes, key: Key) -> Mapping[str, str]:
        """Return the headers for one request: with the key, where there is one, and a fetched token otherwise.

        Raises:
            InvalidArgument: There is no key, and no credentials are to be found; callers may send a token.
            UpstreamFailed: The credentials were refused, or nobody is there to tell.
        """
        del verb, url, body
        if key.text:
            return {"authorization": f"Bearer {key.text}"}
        credentials = await self._fresh(key)
        headers = {"authorization": f"Bearer {credentials.token}"}
        project = getattr(credentials, "quota_project_id", None)
        return headers | {"x-goog-user-project": project} if project else headers

    async def _fresh(self, key: Key) -> Credentials:
        """Return credentials whose token is good."""
        known = self._credentials
        if known is not None and known.valid:
            return known
        async with self._turn:
            try:
                self._credentials = await asyncio.to_thread(_refreshed, self._credentials)
            except DefaultCredentialsError:
                raise _none_found(key) from None
            except TransportError:
                raise _failed("cannot be reached", "upstream_unreachable") from None
            except GoogleAuthError:
                raise _failed("refuses these credentials", "upstream_unauthorized") from None
            return self._credentials


def _refreshed(credentials: Credentials | None) -> Credentials:
    """Return `credentials`, or those that are found, with a good token. Blocks."""
    if credentials is None:
        credentials = google.auth.default(scopes=_SCOPES)[0]
    if not credentials.valid:
        credentials.refresh(_Transport())  # type: ignore[no-untyped-call]  # it has no annotations
    return credentials


def _none_found(key: Key) -> InvalidArgument:
    return InvalidArgument(
        "This fleet has no credentials for Google's cloud. Set GOOGLE_APPLICATION_CREDENTIALS for its inference"
        f" service, or send a token as `{key.name}` in the header `X-LlamaStack-Provider-Data`.",
        code="missing_api_key",
    )


def _failed(why: str, code: str) -> UpstreamFailed:
    return UpstreamFailed(f"Google's token endpoint {why}.", status=502, code=code)


class _Transport(transport.Request):
    """How `google-auth` reaches its endpoints."""

    def __call__(
        self,
        url: str,
        method: str = "GET",
        body: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: float | None = None,
        **_: Any,
    ) -> "_Answer":
        """Send a request. Raises `TransportError` if there is no answer."""
        asked = Request(url, body, dict(headers or {}), method=method)  # noqa: S310 - from the credentials' own file
        try:
            with urlopen(asked, timeout=timeout or _TIMEOUT) as answer:  # noqa: S310 - as above
                return _Answer(answer.status, answer.headers, answer.read())
        except HTTPError as error:
            return _Answer(error.code, error.headers, error.read())
        except (OSError, HTTPException) as error:
            raise TransportError(error) from error  # type: ignore[no-untyped-call]  # as above


class _Answer(transport.Response):
    """An answer, as `google-auth` reads it."""

    def __init__(self, status: int, headers: Any, data: bytes) -> None:
        self._status, self._headers, self._data = status, dict(headers), data

    @property
    def status(self) -> int:
        """The status."""
        return self._status

    @property
    def headers(self) -> Mapping[str, str]:
        """The headers."""
        return self._headers

    @property
    def data(self) -> bytes:
        """The body."""
        return self._data
