"""Shields: those of the config and those that callers register, on one replica and on several."""

import asyncio
import time
from contextlib import AsyncExitStack, asynccontextmanager

import psycopg
import pytest

from fleet.inspect.v1 import messages as inspect
from fleet.inspect.v1.operations import ServiceInfoServiceClient
from fleet.safety.v1 import messages as m
from fleet.safety.v1.operations import SafetyServiceClient, ShieldServiceClient
from fleet_runtime.clients import Channel
from fleet_runtime.config import ConfigError, validate
from fleet_runtime.errors import FleetError
from fleet_runtime.serve import serving
from fleet_runtime.store import DatabaseConfig
from fleet_runtime.store.migrate import bring_up_to_date
from fleet_safety.__main__ import services
from fleet_safety.config import SCHEMA, ServiceConfig
from fleet_testing.inference_process import running_postgres

pytestmark = pytest.mark.slow

SCANNER = {"id": "scanner", "type": "inline::code-scanner"}
HOST = {"id": "host", "type": "remote::together", "config": {"api_key": "key"}}
AWS = {"id": "aws", "type": "remote::bedrock", "config": {"api_key": "key"}}
CODE = {"shield_id": "code", "provider_id": "scanner"}
PATIENCE = 10.0


class Replica:
    """A service, by its clients."""

    def __init__(self, channel, call):
        self._shields = ShieldServiceClient(channel)
        self.safety = SafetyServiceClient(channel)
        self.info = ServiceInfoServiceClient(channel)
        self._call = call

    async def register(self, name, **fields):
        request = m.RegisterShieldRequest(shield_id=name, **fields)
        return await self._shields.register_shield(request, self._call)

    async def unregister(self, name):
        request = m.UnregisterShieldRequest(identifier=name)
        await self._shields.unregister_shield(request, self._call)

    async def names(self):
        listed = await self._shields.list_shields(m.ListShieldsRequest(), self._call)
        return [shield.identifier for shield in listed.data]

    async def get(self, name):
        return await self._shields.get_shield(m.GetShieldRequest(identifier=name), self._call)

    async def flags(self, name, text):
        message = m.SafetyMessage(role="user", content=text)
        request = m.RunShieldRequest(shield_id=name, messages=[message])
        return (await self.safety.run_shield(request, self._call)).violation is not None


@pytest.fixture(scope="session")
def postgres(tmp_path_factory):
    with running_postgres(tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
async def url(request, tmp_path):
    """Where a database with our tables is."""
    url = f"sqlite:///{tmp_path}/test.sqlite"
    if request.param == "postgresql":
        url = request.getfixturevalue("postgres")
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
    await bring_up_to_date(DatabaseConfig(url=url), SCHEMA, "fleet_safety.migrations")
    return url


@pytest.fixture
def running(call):
    """Run a service in this process."""

    @asynccontextmanager
    async def running(**settings):
        config = validate(ServiceConfig, {"providers": [SCANNER, HOST], **settings})
        async with services(config) as bound, serving(bound) as address:
            channel = Channel("safety", at=address)
            try:
                yield Replica(channel, call)
            finally:
                await channel.aclose()

    return running


@pytest.fixture
async def alone(running):
    """A service without a store, and with one shield."""
    async with running(shields=[CODE]) as replica:
        yield replica


async def refused(asked):
    with pytest.raises(FleetError) as caught:
        await asked
    return caught.value.status, caught.value.code


async def test_the_configs_shields_are_there(alone):
    """Under the provider's name too, which is the same unless somebody says."""
    shield = await alone.get("code")

    assert ["code"] == await alone.names()
    assert ("code", "code", "scanner", "shield") == (
        shield.identifier,
        shield.provider_resource_id,
        shield.provider_id,
        shield.type,
    )


async def test_a_registered_shield_judges_until_it_is_unregistered(alone):
    """Its name may have slashes."""
    made = await alone.register("team/code", provider_id="scanner", provider_shield_id="rules")

    assert made == await alone.get("team/code")
    assert "rules" == made.provider_resource_id
    assert await alone.flags("team/code", "eval(x)")
    assert not await alone.flags("team/code", "hello")

    await alone.unregister("team/code")

    assert (404, "shield_not_found") == await refused(alone.get("team/code"))
    assert (404, "shield_not_found") == await refused(alone.flags("team/code", "hello"))
    assert (404, "shield_not_found") == await refused(alone.unregister("team/code"))


async def test_a_name_stands_for_one_shield(alone):
    """To register the same again changes nothing; another is refused."""
    await alone.register("mine", provider_id="scanner")
    await alone.register("mine", provider_id="scanner")

    assert (409, "shield_exists") == await refused(alone.register("mine", provider_id="host"))
    assert (409, "shield_exists") == await refused(alone.register("code", provider_id="host"))
    assert ["code", "mine"] == await alone.names()


async def test_the_configs_shields_stay(alone):
    """They would be back with the next start."""
    assert (404, "shield_not_found") == await refused(alone.unregister("code"))
    assert ["code"] == await alone.names()


async def test_a_shield_is_of_a_provider_that_there_is(alone):
    """And as that wants it."""
    assert (400, "unknown_provider") == await refused(alone.register("mine"))
    assert (400, "unknown_provider") == await refused(alone.register("mine", provider_id="none"))
    wrong = alone.register("mine", provider_id="host", params=b'{"version": "5"}')
    assert (400, "invalid_params") == await refused(wrong)
    assert (400, "invalid_value") == await refused(
        alone.register("mine", provider_id="host", params=b"[]")
    )
    assert ["code"] == await alone.names()


async def test_a_conversation_of_nothing_is_refused(alone, call):
    """REST callers cannot say so; others can."""
    asked = m.RunShieldRequest(shield_id="code", messages=[])

    assert (400, "invalid_value") == await refused(alone.safety.run_shield(asked, call))


async def test_the_only_provider_need_not_be_named(running):
    """As with models."""
    async with running(providers=[SCANNER], shields=[{"shield_id": "code"}]) as replica:
        assert "scanner" == (await replica.register("mine")).provider_id
        assert "scanner" == (await replica.get("code")).provider_id


async def test_registered_shields_outlive_the_service(running, url):
    """With all that was said of them."""
    store = {"database": {"url": url}}
    params = b'{"version":"4","excluded_categories":["S1"]}'
    async with running(store=store) as replica:
        made = await replica.register(
            "mine", provider_id="host", provider_shield_id="guard", params=params
        )
    async with running(store=store) as replica:
        found = await replica.get("mine")

    assert made == found
    assert params == bytes(found.params)


async def test_all_replicas_know_at_once(running, url):
    """Whoever registered a shield may be sent to another replica next."""
    store = {"database": {"url": url}}
    async with AsyncExitStack() as stack:
        first = await stack.enter_async_context(running(store=store))
        second = await stack.enter_async_context(running(store=store))
        await first.register("mine", provider_id="scanner")

        assert await second.flags("mine", "eval(x)")
        assert ["mine"] == await second.names()
        assert (409, "shield_exists") == await refused(second.register("mine", provider_id="host"))

        await first.unregister("mine")
        end = time.monotonic() + PATIENCE
        while await second.names():
            assert time.monotonic() < end
            await asyncio.sleep(0.02)

        assert (404, "shield_not_found") == await refused(second.flags("mine", "eval(x)"))


async def test_shields_of_a_provider_that_is_left_out_are_left_out(running, monkeypatch):
    """As its models are with inference."""
    monkeypatch.delenv("NO_SUCH_KEY", raising=False)
    absent = {**HOST, "optional": True, "config": {"api_key": {"env": "NO_SUCH_KEY"}}}
    shields = [CODE, {"shield_id": "guard", "provider_id": "host"}]
    async with running(providers=[SCANNER, absent], shields=shields) as replica:
        assert ["code"] == await replica.names()
        assert (404, "shield_not_found") == await refused(replica.get("guard"))


@pytest.mark.parametrize(
    ("shields", "message"),
    [
        ([{"shield_id": "a", "provider_id": "none"}], r"shields\[0\].provider_id: must be one of"),
        ([{"shield_id": "a"}], r"shields\[0\].provider_id: must be one of: scanner, aws"),
        ([CODE, CODE], r"shields\[1\].shield_id: 'code' is there twice"),
        ([CODE, {"shield_id": "a", "provider_id": "aws"}], r"shields\[1\]: .*guardrailVersion"),
    ],
)
async def test_a_wrong_shield_stops_the_service_at_its_start(running, shields, message):
    """Rather than when somebody needs it."""
    with pytest.raises(ConfigError, match=message):
        async with running(providers=[SCANNER, AWS], shields=shields):
            pass


async def test_providers_are_listed_without_their_keys(alone, call):
    """For the inspect service."""
    told = await alone.info.get_service_info(inspect.GetServiceInfoRequest(), call)

    assert [("safety", "scanner"), ("safety", "host")] == [
        (provider.api, provider.provider_id) for provider in told.providers
    ]
    assert b'{"api_key":"********"}' == bytes(told.providers[1].config)
