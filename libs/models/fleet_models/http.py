"""GET over HTTP with plain-spoken errors, honouring proxies, certificates and credentials."""

import base64
import ssl
from collections.abc import Mapping
from http.client import HTTPException, HTTPResponse
from types import MappingProxyType
from urllib.error import HTTPError, URLError
from urllib.parse import unquote, urlsplit, urlunsplit
from urllib.request import HTTPSHandler, Request, build_opener

from fleet_models.errors import DownloadError

NO_HEADERS: Mapping[str, str] = MappingProxyType({})


class StatusError(DownloadError):
    """The server answered, but with `status`, 400 or above."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class Http:
    """Opens URLs; keeps nothing open between two.

    Args:
        ca_file: A PEM file of certificate authorities; by default the system's.
        timeout: The longest silence of a server, in seconds.

    Raises:
        DownloadError: `ca_file` cannot be read.
    """

    def __init__(self, ca_file: str | None = None, timeout: float = 60.0) -> None:
        try:
            context = ssl.create_default_context(cafile=ca_file)
        except OSError as error:
            raise DownloadError(f"cannot read the certificates in {ca_file}: {error}") from error
        self._opener = build_opener(HTTPSHandler(context=context))
        self._timeout = timeout

    def get(self, url: str, headers: Mapping[str, str] = NO_HEADERS) -> HTTPResponse:
        """Open `url`; the caller closes the response.

        Raises:
            StatusError: The server answered with an error.
            DownloadError: The server could not be reached.
        """
        request = _request(url, headers)
        try:
            response: HTTPResponse = self._opener.open(request, timeout=self._timeout)
        except HTTPError as error:
            error.close()
            message = f"{request.host} answered {error.code} {error.reason} for {request.full_url}"
            raise StatusError(message, error.code) from None
        except (URLError, HTTPException, OSError) as error:
            reason = getattr(error, "reason", error)
            raise DownloadError(f"cannot reach {request.host}: {_plain(reason)}") from error
        return response


def _request(url: str, headers: Mapping[str, str]) -> Request:
    """Make a request in which credentials of the URL became a header that no redirect gets."""
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"}:
        raise DownloadError(f"cannot download from a {parts.scheme!r} URL, only http and https")
    _, _, host = parts.netloc.rpartition("@")
    bare = urlunsplit(parts._replace(netloc=host))
    request = Request(bare, headers=dict(headers))  # noqa: S310 -- the scheme is checked above
    if parts.username is not None:
        pair = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        credentials = base64.b64encode(pair.encode()).decode()
        request.add_unredirected_header("Authorization", f"Basic {credentials}")
    return request


def _plain(reason: object) -> str:
    """Say what the operating system said, without numbers and classes."""
    if isinstance(reason, ssl.SSLCertVerificationError):
        return f"its certificate is not trusted ({reason.verify_message}); set PIP_CERT"
    if isinstance(reason, TimeoutError):
        return "no answer in time"
    if isinstance(reason, OSError) and reason.strerror:
        return reason.strerror.lower()
    return str(reason)
