"""Clients for servers that callers name connect to the addresses that were checked, and to no others."""

import ssl

import pytest
import trustme

from fleet_runtime.errors import InvalidArgument, UpstreamFailed
from fleet_testing.openai_upstream import openai_upstream
from fleet_upstream.address import Address
from fleet_upstream.client import HttpClient
from fleet_upstream.settings import UpstreamConfig

NAME = "docs.invalid"


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


def spoken_by(authority, name):
    """Return how a server of that name speaks TLS."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


async def status(url, **settings):
    client = HttpClient(UpstreamConfig(base_url=url), **settings)
    try:
        async with client.exchange("GET", client.base / "models", {}) as answer:
            return answer.status
    finally:
        await client.aclose()


async def test_a_name_is_looked_up_once():
    """Between a check and the connection nobody can put another address under it."""
    async with openai_upstream() as upstream:
        port = Address.parse(upstream.url).port

        async def resolve(host, asked):
            assert (NAME, 80) == (host, asked)
            return [("127.0.0.1", port)]

        assert 200 == await status(f"http://{NAME}/v1", resolve=resolve)
    assert NAME == upstream.requests[-1].headers["host"]


async def test_certificates_are_checked_by_the_name(authority):
    """Who connects to an address still wants the server of the name."""
    ours = ssl.create_default_context()
    authority.configure_trust(ours)
    for name in (NAME, "other.invalid"):
        async with openai_upstream(tls=spoken_by(authority, name)) as upstream:
            port = Address.parse(upstream.url).port

            async def resolve(host, asked, port=port):
                del host, asked
                return [("127.0.0.1", port)]

            asking = status(f"https://{NAME}/v1", resolve=resolve, tls=ours)
            if name == NAME:
                assert 200 == await asking
                continue
            with pytest.raises(UpstreamFailed, match="certificate verify failed"):
                await asking


async def test_a_refused_address_is_not_connected_to():
    """The refusal reaches the caller as it is."""

    async def resolve(host, port):
        del host, port
        raise InvalidArgument("not there", code="address_not_allowed")

    with pytest.raises(InvalidArgument, match="not there"):
        await status("http://127.0.0.1/v1", resolve=resolve)
