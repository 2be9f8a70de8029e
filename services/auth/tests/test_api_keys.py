"""Keys of the fleet's own: an admin makes, lists and revokes them, and callers come in by them."""

import sqlite3
import time
from contextlib import closing

import pytest

from fleet_auth.provider import Asked
from fleet_runtime.config import ConfigError
from fleet_testing.rest_face import RestFace

PATH = "/v1alpha/admin/api-keys"
ADMIN = {"api_keys": {"admin_key": {"env": "ADMIN_KEY"}}}


@pytest.fixture(autouse=True)
def _admin_key(monkeypatch):
    monkeypatch.setenv("ADMIN_KEY", "lf-root-0123456789-0123456789")


class Keys:
    """What an admin does, called as the gateway calls it on behalf of who has a token."""

    def __init__(self, auth):
        self._auth = auth

    async def __call__(self, rpc, path=PATH, body=None, token="lf-root-0123456789-0123456789"):
        answer = await self._auth.check(token, PATH)
        assert 200 == answer.status, answer.body
        rest = RestFace(_With(self._auth.channel, answer.headers), "fleet.auth.v1.ApiKeyService")
        return await rest(rpc, path, body)

    async def make(self, token="lf-root-0123456789-0123456789", **fields):
        answer = await self("CreateApiKey", body={"name": "n", **fields}, token=token)
        assert answer.error is None, answer.error
        return answer.json

    async def ids(self, query="", token="lf-root-0123456789-0123456789"):
        answer = await self("ListApiKeys", f"{PATH}{query}", token=token)
        return [key["id"] for key in answer.json["data"]]


class _With:
    """A channel whose calls say who makes them."""

    def __init__(self, channel, headers):
        self._channel = channel
        self._headers = tuple(headers.items())

    def unary_stream(self, *args, **kwargs):
        method = self._channel.unary_stream(*args, **kwargs)
        return lambda request, metadata=(): method(request, metadata=(*metadata, *self._headers))


async def test_who_has_a_key_comes_in_with_its_attributes(start):
    auth = await start(ADMIN)
    made = await Keys(auth).make(name="CI", principal="ci", teams=["ml"], roles=["user"])
    answer = await auth.check(made["key"])

    assert {
        "x-fleet-principal": "ci",
        "x-fleet-tenant": "",
        "x-fleet-roles": "user",
        "x-fleet-teams": "ml",
    } == answer.headers
    assert 200 == (await auth.check(x_api_key=made["key"])).status
    assert 401 == (await auth.check(made["key"] + "x")).status
    assert 401 == (await auth.check("other")).status


async def test_only_a_hash_is_kept_and_the_beginning_shown(start, tmp_path):
    """Whoever reads the database, or the list, cannot come in by it."""
    auth = await start(ADMIN)
    made = await Keys(auth).make()
    key, shown = made["key"], made["api_key"]
    listed = await Keys(auth)("ListApiKeys")

    assert key.startswith("lf-")
    assert len(key) > 40
    assert key.startswith(shown["prefix"])
    assert len(shown["prefix"]) < 12
    assert [shown] == listed.json["data"]
    assert key.encode() not in listed.data
    with closing(sqlite3.connect(tmp_path / "auth.sqlite")) as connection:
        dump = "\n".join(connection.iterdump())
    assert shown["id"] in dump
    assert key not in dump


async def test_keys_end_when_they_should(start):
    """Also where they were used just before."""
    auth = await start(ADMIN)
    made = await Keys(auth).make(expires_at=int(time.time()) + 2)
    assert 200 == (await auth.check(made["key"])).status

    deadline = time.monotonic() + 10
    while (answer := await auth.check(made["key"])).status == 200:
        assert time.monotonic() < deadline
    assert "expired" in answer.body
    past = await Keys(auth)("CreateApiKey", body={"name": "n", "expires_at": 1})
    assert "expires_at" == past.error["param"]


async def test_a_revoked_key_lets_nobody_in_on_any_replica(start):
    """Although they remember who had it."""
    auth, other = await start(ADMIN), await start(ADMIN)
    made = await Keys(auth).make()
    for replica in (auth, other):
        assert 200 == (await replica.check(made["key"])).status
    gone = await Keys(auth)("RevokeApiKey", f"{PATH}/{made['api_key']['id']}")

    assert gone.json["deleted"]
    deadline = time.monotonic() + 10
    for replica in (auth, other):
        while (await replica.check(made["key"])).status == 200:
            assert time.monotonic() < deadline
    again = await Keys(auth)("RevokeApiKey", f"{PATH}/{made['api_key']['id']}")
    assert "api_key_not_found" == again.error["code"]


async def test_only_admins_manage_keys(start):
    auth = await start(ADMIN)
    keys = Keys(auth)
    plain = await keys.make(roles=["user"])
    boss = await keys.make(roles=["admin"])
    refused = await keys("ListApiKeys", token=plain["key"])
    nobody = await RestFace(auth.channel, "fleet.auth.v1.ApiKeyService")("ListApiKeys", PATH)

    assert "admin_only" == refused.error["code"] == nobody.error["code"]
    assert 2 == len(await keys.ids(token=boss["key"]))


async def test_an_admin_of_a_tenant_manages_that_tenants_keys(start):
    """The one with the key of the config makes the first of each, and can do nothing else."""
    auth = await start(ADMIN | {"tenancy": {"mode": "multi"}})
    keys = Keys(auth)
    red = await keys.make(tenant="red", roles=["admin"])
    blue = await keys.make(tenant="blue")
    own = await keys.make(token=red["key"], name="own")
    wrong = await keys("CreateApiKey", body={"name": "n", "tenant": "blue"}, token=red["key"])
    none = await keys("CreateApiKey", body={"name": "n"})
    theft = await keys("RevokeApiKey", f"{PATH}/{blue['api_key']['id']}", token=red["key"])

    assert (
        "red"
        == own["api_key"]["tenant"]
        == (await auth.check(own["key"])).headers["x-fleet-tenant"]
    )
    assert "tenant" == wrong.error["param"] == none.error["param"]
    assert "api_key_not_found" == theft.error["code"]
    assert 2 == len(await keys.ids(token=red["key"]))
    assert 3 == len(await keys.ids())
    assert 401 == (await auth.check("lf-root-0123456789-0123456789", "/v1/models")).status


async def test_lists_go_page_by_page(start):
    keys = Keys(await start(ADMIN))
    made = [(await keys.make())["api_key"]["id"] for _ in range(3)]

    first = await keys.ids("?limit=2")
    assert set(made) == {*first, *(await keys.ids(f"?after={first[-1]}"))}


async def test_a_weak_key_of_the_config_is_refused(start, monkeypatch):
    monkeypatch.setenv("ADMIN_KEY", "lf-short")

    with pytest.raises(ConfigError, match="ADMIN_KEY must hold a key that begins with 'lf-'"):
        await start(ADMIN)


def test_no_representation_shows_a_token():
    """Else one day it is in a log."""
    assert "s3cret" not in repr(Asked("s3cret", headers={"cookie": "s3cret"}, query="s3cret"))
