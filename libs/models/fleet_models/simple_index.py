"""Where a package's wheel lies: the Simple API, in JSON (PEP 691) or HTML (PEP 503)."""

import json
import re
from collections.abc import Iterable
from html.parser import HTMLParser
from http import HTTPStatus
from urllib.parse import parse_qs, unquote, urldefrag, urljoin, urlsplit, urlunsplit

from fleet_models.errors import DownloadError
from fleet_models.fetch import RemoteFile
from fleet_models.http import Http, StatusError

ACCEPT = "application/vnd.pypi.simple.v1+json, text/html;q=0.1"


def find_wheel(http: Http, indexes: Iterable[str], name: str, version: str) -> RemoteFile:
    """Return the pure-Python wheel of `name` at `version` from the first index that has it.

    Raises:
        DownloadError: No index has it, or one of them could not be asked.
    """
    for index in indexes:
        for file in _files(http, index, name):
            if _is_wheel_of(file.name, name, version):
                return file
    raise DownloadError(f"the package index has no wheel of {name}=={version}")


def _files(http: Http, index: str, name: str) -> list[RemoteFile]:
    """List the files of a project; none if this index does not know it."""
    url = f"{index.rstrip('/')}/{_normal(name)}/"
    try:
        with http.get(url, {"Accept": ACCEPT}) as response:
            body = response.read().decode()
            kind = response.headers.get_content_type()
            base = _with_credentials(response.url, index)
    except StatusError as error:
        if error.status == HTTPStatus.NOT_FOUND:
            return []
        raise
    links = _json_links(body) if kind.endswith("json") else _html_links(body)
    return [RemoteFile(urljoin(base, href), file, digest) for file, href, digest in links if digest]


def _with_credentials(url: str, index: str) -> str:
    """Put the user and password of `index` back into a URL of the same host."""
    credentials, at, host = urlsplit(index).netloc.rpartition("@")
    parts = urlsplit(url)
    return (
        urlunsplit(parts._replace(netloc=credentials + at + host)) if host == parts.netloc else url
    )


def _json_links(body: str) -> list[tuple[str, str, str]]:
    """Return name, URL and SHA-256 of each file of a PEP 691 page."""
    files = json.loads(body)["files"]
    return [(f["filename"], f["url"], f["hashes"].get("sha256", "")) for f in files]


def _html_links(body: str) -> list[tuple[str, str, str]]:
    """Return name, URL and SHA-256 of each file of a PEP 503 page."""
    parser = _Anchors()
    parser.feed(body)
    links = []
    for target in parser.targets:
        url, fragment = urldefrag(target)
        digest = parse_qs(fragment).get("sha256", [""])[0]
        links.append((unquote(url.rpartition("/")[2]), url, digest))
    return links


class _Anchors(HTMLParser):
    """Collects where the links of a page lead."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.targets += [value for key, value in attrs if tag == "a" and key == "href" and value]


def _is_wheel_of(file: str, name: str, version: str) -> bool:
    """Tell whether `file` is a wheel of exactly this release that runs anywhere."""
    parts = file.removesuffix(".whl").split("-")
    return (
        file.endswith("-none-any.whl")
        and "/" not in file
        and _normal(parts[0]) == _normal(name)
        and parts[1] == version
    )


def _normal(name: str) -> str:
    """Return the form of a project's name that PEP 503 compares by."""
    return re.sub(r"[-_.]+", "-", name).lower()
