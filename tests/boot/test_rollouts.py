"""What the chart renders, run as it is written: nobody notices an update, a change of size, or a mistake."""

import asyncio
import copy
import sys

import aiohttp
import psycopg
import pytest

from fleet_testing.cluster.manifests import of_kind
from fleet_testing.cluster.workload import JobFailedError
from tests.boot.load import QUICK, STREAMS, TEXT, chat, loading, response

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="only Linux has namespaces"),
    pytest.mark.timeout(300),
    pytest.mark.asyncio(loop_scope="module"),
]


async def test_it_boots_and_answers_through_every_hop(root):
    """Commands, ports, names, secrets and Envoy's config are those of the chart; if one is wrong, nothing answers."""
    async with aiohttp.ClientSession(root) as http:
        assert TEXT == await chat(http, QUICK)
        assert TEXT == await response(http, QUICK)


async def test_updates_of_everything_lose_no_stream_and_no_call(cluster, root, rendered):
    """Every update of every user is this one."""
    sets: list[str] = []
    async with loading(root) as load:
        for name in ("services.runner", "services.inference", "services.agents", "gateway"):
            sets.append(f"{name}.annotations.turn=second")
            await cluster.upgrade(rendered(*sets), no_hooks=True)
            await cluster.rolled_out()
            assert STREAMS == load.open
        await cluster.rolled_out(settled=True)

    print(f"{load.streams} streams, {load.calls} calls")
    assert load.streams > STREAMS
    assert [] == load.failures


async def test_a_new_config_of_the_gateway_loses_no_call(cluster, root, rendered):
    """With nothing open that would hold it up, the gateway must not leave before all know that it does."""
    async with loading(root, streams=False) as load:
        await cluster.upgrade(rendered("gateway.max_header_kb=100"), no_hooks=True)
        await cluster.rolled_out(settled=True)

    print(f"{load.calls} calls", *load.failures)
    assert [] == load.failures


async def test_scaling_up_and_down_loses_no_stream(cluster, root, rendered):
    """Pods that come get calls only when they can take them; those that go end what they have begun."""
    async with loading(root) as load:
        for replicas in (3, 1):
            sets = [f"services.{name}.replicas={replicas}" for name in ("runner", "inference")]
            await cluster.upgrade(rendered(*sets), no_hooks=True)
            await cluster.rolled_out(settled=True)
            assert replicas == len(cluster.pods("inference"))

    print(f"{load.streams} streams, {load.calls} calls")
    assert [] == load.failures


async def test_a_failed_migration_leaves_the_old_version_serving(cluster, root, rendered, database):
    """A hook that fails ends the upgrade, before anything that serves was touched."""
    before = {pod.name for pod in cluster.pods()}
    with psycopg.connect(database, autocommit=True) as connection:
        [(version,)] = connection.execute(
            "SELECT version_num FROM agents.agents_version"
        ).fetchall()
        connection.execute("UPDATE agents.agents_version SET version_num = 'of_a_newer_release'")
        async with loading(root, streams=False) as load:
            with pytest.raises(JobFailedError, match="a newer release has migrated this database"):
                await cluster.upgrade(rendered("services.agents.annotations.turn=third"))
        connection.execute("UPDATE agents.agents_version SET version_num = %s", [version])

    assert before == {pod.name for pod in cluster.pods()}
    assert load.calls
    assert [] == load.failures


async def test_a_pod_that_is_never_ready_replaces_none(cluster, root, rendered):
    """A probe that asks for what is not there stops the update at the first new pod, and old ones go on."""
    objects = copy.deepcopy(rendered())
    wrong = of_kind(objects, "Deployment")["inference"]
    [container] = wrong["spec"]["template"]["spec"]["containers"]
    del container["startupProbe"]
    container["readinessProbe"]["grpc"]["service"] = "fleet.inference.v2.InferenceService"
    [old] = cluster.pods("inference")
    async with loading(root, streams=False) as load:
        await cluster.upgrade(objects, no_hooks=True)
        await asyncio.sleep(2 * container["readinessProbe"]["periodSeconds"])
        [new] = set(cluster.pods("inference")) - {old}

        assert not new.ready
        assert old.ready
        assert not old.terminating

    assert load.calls
    assert [] == load.failures
