"""The Python client of the time in a real loop, by its `Agent`, through the gateway."""

import asyncio
import json
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from fleet_agents.__main__ import services
from fleet_agents.config import ServiceConfig
from fleet_runtime.serve import serving
from fleet_testing.envoy import running_envoy
from fleet_testing.peers import client

pytestmark = [
    pytest.mark.parametrize("url", ["sqlite"], indirect=True),
    pytest.mark.timeout(900),  # the client is installed where it is not there yet
]

SCRIPT = Path(__file__).parent / "with_old_client.py"
START = ["turn_start", ""]


@asynccontextmanager
async def gateway(address):
    """Run the gateway before a service, and yield its address."""
    running = running_envoy(routes={"agents": {"endpoints": [address]}})
    envoy = await asyncio.to_thread(running.__enter__)
    try:
        yield envoy.target
    finally:
        await asyncio.to_thread(running.__exit__, None, None, None)


@pytest.fixture
async def seen(url, neighbours):
    """What the client saw in each scenario."""
    neighbours.tools.serve("group", "weather")
    neighbours.tools.add("weather", lambda _: "Rain in Oslo.")
    neighbours.shields.forbidden = {"guard": "bomb"}
    neighbours.model.say(calls=[("add", '{"a": 1, "b": 2}')])
    neighbours.model.say("Three.")
    neighbours.model.say(calls=[("weather", "{}")])
    neighbours.model.say("It rains.")
    config = ServiceConfig.model_validate({"store": {"database": {"url": url}}, "safety": "safety"})
    python = await asyncio.to_thread(client, "llama-stack-client-0.2") / "python"
    async with (
        services(config) as bound,
        serving(bound) as address,
        gateway(address) as target,
    ):
        process = await asyncio.create_subprocess_exec(
            *(str(python), str(SCRIPT), f"http://{target}"),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        told, failed = await process.communicate()
    assert 0 == process.returncode, failed.decode()
    return json.loads(told)


async def test_the_old_client(seen, neighbours):
    """Its own tool, a tool group and a shield in turns; and all that it reads again."""
    own, group, shielded = (
        seen[name] for name in ("with_client_tool", "with_tool_group", "with_shields")
    )

    assert [START, ["step_start", "inference"]] == own["kinds"][:2]
    assert ["turn_awaiting_input", ""] in own["kinds"]
    assert ["step_complete", "tool_execution"] in own["kinds"]
    assert (["turn_complete", ""], "Three.") == (own["kinds"][-1], own["said"])
    assert "tool_execution> Tool:add Response:3" in own["printed"]
    assert "3" == neighbours.model.asked[1].messages[-1].content
    assert {
        "steps": ["inference", "tool_execution", "inference"],
        "given": "Rain in Oslo.",
        "said": "It rains.",
    } == group
    assert "I cannot talk about that." == shielded["said"]
    assert "shield_call> {'found': 'bomb'} I cannot talk about that." in shielded["printed"]
    assert {"same": True, "sessions": 1, "agents": True} == seen["read_again"]
    assert "NotFoundError" == seen["deleted"]
