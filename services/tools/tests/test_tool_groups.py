"""Tool groups: which there are, and how callers register more."""

import pytest

from fleet.tools.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.config import ConfigError
from fleet_runtime.errors import FleetError

pytestmark = pytest.mark.slow

CONFIGURED = ["mcp::fake", "builtin::wolfram_alpha"]


def call():
    return Call("/test")


def endpoint(uri):
    return m.McpEndpoint(uri=uri)


def stored(config, url, **more):
    return config(store={"database": {"url": url}}, **more)


async def names(service):
    found = await service.groups.list_tool_groups(m.ListToolGroupsRequest(), call())
    return [group.identifier for group in found.data]


async def register(service, name="mine", provider="mcp", uri="http://127.0.0.1:9/mcp", args=None):
    request = m.RegisterToolGroupRequest(
        toolgroup_id=name,
        provider_id=provider,
        mcp_endpoint=None if uri is None else endpoint(uri),
    )
    await service.groups.register_tool_group(request, call())


async def unregister(service, name):
    request = m.UnregisterToolGroupRequest(toolgroup_id=name)
    await service.groups.unregister_tool_group(request, call())


async def refusal(awaitable):
    with pytest.raises(FleetError) as caught:
        await awaitable
    return caught.value.status, caught.value.code


async def test_the_groups_of_the_config_are_there(service, fake):
    """With all that callers need to use them."""
    request = m.GetToolGroupRequest(toolgroup_id="mcp::fake")
    group = await service.groups.get_tool_group(request, call())

    assert CONFIGURED == await names(service)
    assert ("mcp::fake", "mcp", "tool_group") == (group.identifier, group.provider_id, group.type)
    assert endpoint(fake.url) == group.mcp_endpoint


async def test_a_group_that_is_not_there_is_named(service):
    """Whoever mistyped it sees what was read."""
    request = m.GetToolGroupRequest(toolgroup_id="builtin::nothing")

    with pytest.raises(FleetError, match="builtin::nothing") as caught:
        await service.groups.get_tool_group(request, call())
    assert (404, "toolgroup_not_found") == (caught.value.status, caught.value.code)


async def test_a_registered_group_is_there_in_each_replica(config, start, database_url):
    """At once: callers do not know who answers next."""
    settings = stored(config, database_url)
    async with start(settings) as one, start(settings) as other:
        await register(one, "mine")
        assert [*CONFIGURED, "mine"] == await names(one)
        request = m.GetToolGroupRequest(toolgroup_id="mine")
        assert "mcp" == (await other.groups.get_tool_group(request, call())).provider_id


async def test_what_one_replica_forgets_all_do(config, start, database_url, eventually):
    """Or a group would go on to be used that somebody took away."""
    settings = stored(config, database_url)
    async with start(settings) as one, start(settings) as other:
        await register(one, "mine")
        assert await eventually(lambda: has(other, "mine"))
        await unregister(one, "mine")

        assert CONFIGURED == await names(one)
        assert await eventually(lambda: has(other, "mine", there=False))


async def has(service, name, *, there=True):
    return (name in await names(service)) is there


async def test_registered_groups_outlive_the_service(config, start, database_url):
    """In the order in which they came."""
    settings = stored(config, database_url)
    async with start(settings) as service:
        await register(service, "z")
        await register(service, "a")
    async with start(settings) as service:
        assert [*CONFIGURED, "z", "a"] == await names(service)


async def test_to_register_the_same_again_changes_nothing(config, start, database_url):
    """Programs do so at each start; another group under the name is a conflict."""
    async with start(stored(config, database_url)) as service:
        await register(service, "mine")
        await register(service, "mine")

        other = register(service, "mine", uri="http://127.0.0.1:10/mcp")
        assert (409, "toolgroup_exists") == await refusal(other)
        assert (409, "toolgroup_exists") == await refusal(register(service, "mcp::fake"))


async def test_a_group_that_could_never_be_used_is_refused(config, start, database_url):
    """With the field that is wrong."""
    async with start(stored(config, database_url)) as service:
        assert (400, "unknown_provider") == await refusal(register(service, provider="none"))
        assert (400, "invalid_value") == await refusal(register(service, uri=None))
        assert (400, "invalid_value") == await refusal(register(service, provider="wolfram"))


async def test_the_groups_of_the_config_cannot_be_taken_away(config, start, database_url):
    """They would be there again after the next start."""
    async with start(stored(config, database_url)) as service:
        configured = unregister(service, "mcp::fake")
        assert (400, "toolgroup_configured") == await refusal(configured)
        assert (404, "toolgroup_not_found") == await refusal(unregister(service, "nothing"))


async def test_without_a_store_nothing_is_registered(service):
    """Another replica would not know of it."""
    assert (501, "no_store") == await refusal(register(service))
    assert (404, "toolgroup_not_found") == await refusal(unregister(service, "nothing"))


async def test_the_tools_of_all_groups_are_listed(service):
    """Each with its group."""
    found = await service.groups.list_tools(m.ListToolsRequest(), call())
    told = [(tool.toolgroup_id, tool.name) for tool in found.data]

    assert ("mcp::fake", "add") == told[0]
    assert ("builtin::wolfram_alpha", "wolfram_alpha") == told[-1]


async def test_a_group_that_cannot_be_asked_is_left_out_of_the_list_of_all(
    config, start, database_url
):
    """One server that is away must not hide all others; asked for alone, it is an error."""
    async with start(stored(config, database_url)) as service:
        await register(service, "away")
        found = await service.groups.list_tools(m.ListToolsRequest(), call())
        alone = service.groups.list_tools(m.ListToolsRequest(toolgroup_id="away"), call())

        assert set(CONFIGURED) == {tool.toolgroup_id for tool in found.data}
        assert (502, "upstream_unreachable") == await refusal(alone)


@pytest.mark.parametrize("name", ["add", "mcp::fake/add"])
async def test_a_tool_is_found_by_its_name(service, name):
    """Alone, or with its group's."""
    tool = await service.groups.get_tool(m.GetToolRequest(tool_name=name), call())

    assert ("mcp::fake", "add") == (tool.toolgroup_id, tool.name)


@pytest.mark.parametrize(
    ("name", "group"),
    [("nothing", None), ("mcp::fake/nothing", None), ("add", "builtin::wolfram_alpha")],
)
async def test_a_tool_that_is_not_there_is_named(service, name, group):
    """Whoever mistyped it sees what was read."""
    request = m.GetToolRequest(tool_name=name, toolgroup_id=group)

    assert (404, "tool_not_found") == await refusal(service.groups.get_tool(request, call()))


@pytest.mark.parametrize(
    ("groups", "words"),
    [
        ([{"toolgroup_id": "a", "provider_id": "none"}], r"tool_groups\[0\].provider_id"),
        ([{"toolgroup_id": "a", "provider_id": "mcp"}], r"tool_groups\[0\].mcp_endpoint"),
    ],
)
async def test_a_wrong_group_of_the_config_ends_the_start(config, start, groups, words):
    """With the place that is wrong, and not with the first call."""
    with pytest.raises(ConfigError, match=words):
        async with start(config(tool_groups=groups)):
            pass


async def test_the_groups_of_a_provider_that_is_left_out_are_left_out(config, start, monkeypatch):
    """A distribution names more providers than a place has keys for."""
    monkeypatch.delenv("NO_SUCH_KEY", raising=False)
    settings = config()
    settings["providers"][1] |= {"optional": True, "config": {"api_key": {"env": "NO_SUCH_KEY"}}}
    async with start(settings) as service:
        assert ["mcp::fake"] == await names(service)


async def test_of_groups_with_one_name_the_first_counts_whose_provider_is_there(
    config, start, fake, monkeypatch
):
    """A distribution names all that could serve it; which does depends on the keys of a place."""
    monkeypatch.delenv("NO_SUCH_KEY", raising=False)
    settings = config()
    settings["providers"][1] |= {"optional": True, "config": {"api_key": {"env": "NO_SUCH_KEY"}}}
    here = {"provider_id": "mcp", "mcp_endpoint": {"uri": fake.url}}
    settings["tool_groups"] = [
        {"toolgroup_id": "a", "provider_id": "wolfram"},
        {"toolgroup_id": "a", **here},
        {"toolgroup_id": "a", "provider_id": "mcp", "mcp_endpoint": {"uri": "http://other"}},
    ]
    async with start(settings) as service:
        [group] = (await service.groups.list_tool_groups(m.ListToolGroupsRequest(), call())).data

    assert fake.url == group.mcp_endpoint.uri
