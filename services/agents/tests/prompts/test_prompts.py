"""Prompts in their versions."""

import asyncio
import re

import pytest

from fleet_runtime.errors import FleetError

pytestmark = pytest.mark.slow


async def refused(call):
    with pytest.raises(FleetError) as caught:
        await call
    return caught.value.status, caught.value.code, caught.value.param


async def test_a_prompt_comes_back_as_it_was(api):
    """The plainest use there is."""
    made = await api.create("Hello {{ name }}, {{name}} of {{place}}", "place", "name")

    assert re.fullmatch("pmpt_[0-9a-f]{48}", made.prompt_id)
    assert (1, ["place", "name"], True) == (made.version, made.variables, made.is_default)
    assert made == await api.get(made.prompt_id) == await api.get(made.prompt_id, 1)


async def test_a_new_version_becomes_the_default_unless_told_not_to(api):
    """Callers that name no version get what was released last."""
    made = await api.create("one")
    second = await api.update(made.prompt_id, 1, "two")
    third = await api.update(made.prompt_id, 2, "three", set_as_default=False)

    assert (2, True, "two") == (second.version, second.is_default, second.prompt)
    assert (3, False, "three") == (third.version, third.is_default, third.prompt)
    assert second == await api.get(made.prompt_id)
    assert third == await api.get(made.prompt_id, 3)


async def test_any_version_can_be_made_the_default(api):
    """To go back to the last good one; it is the only default then."""
    made = await api.create("one")
    await api.update(made.prompt_id, 1, "two")
    chosen = await api.set_default(made.prompt_id, 1)

    assert made == chosen == await api.get(made.prompt_id)
    versions = await api.versions(made.prompt_id)
    assert [(1, True), (2, False)] == [(each.version, each.is_default) for each in versions]


async def test_the_list_has_the_default_version_of_each(api):
    """Newest prompt first."""
    first = await api.create("one")
    await asyncio.sleep(0.002)
    second = await api.create("another")
    changed = await api.update(first.prompt_id, 1, "two")
    await api.update(first.prompt_id, 2, "three", set_as_default=False)

    assert [second, changed] == await api.list()


async def test_only_the_latest_version_can_be_changed(api):
    """Whoever knows less would overwrite what somebody else wrote."""
    made = await api.create("one")
    await api.update(made.prompt_id, 1, "two")
    for known in (1, 3, 2**31 - 1):
        told = await refused(api.update(made.prompt_id, known, "three"))
        assert (400, "prompt_version_not_latest", "version") == told

    with pytest.raises(FleetError, match="which is 2"):
        await api.update(made.prompt_id, 1, "three")
    assert 2 == len(await api.versions(made.prompt_id))


async def test_of_those_who_change_a_prompt_at_once_one_succeeds(api):
    """The others know of it, and can look at what changed."""
    made = await api.create("one")
    updates = [api.update(made.prompt_id, 1, f"two, by {number}") for number in range(8)]
    results = await asyncio.gather(*updates, return_exceptions=True)
    (winner,) = [result for result in results if not isinstance(result, Exception)]
    losers = [result.code for result in results if isinstance(result, FleetError)]

    assert ["prompt_version_not_latest"] * 7 == losers
    assert [made.prompt, winner.prompt] == [
        each.prompt for each in await api.versions(made.prompt_id)
    ]


@pytest.mark.parametrize(
    ("prompt", "variables", "named"),
    [
        ("Hello {{name}} of {{place}}", ["name"], "{{place}}"),
        ("Hello {{ name }}", [], "{{name}}"),
        ("Hello", ["name"], "'name'"),
        ("Hello {{first name}}", ["first name"], "'first name'"),
    ],
)
async def test_variables_are_those_of_the_text(api, prompt, variables, named):
    """A typing error would else reach the model as it stands, or a value nobody."""
    made = await api.create("one")
    for call in (
        api.create(prompt, *variables),
        api.update(made.prompt_id, 1, prompt, *variables),
    ):
        with pytest.raises(FleetError, match=re.escape(named)) as caught:
            await call
        assert (400, "variables") == (caught.value.status, caught.value.param)


async def test_a_deleted_prompt_is_gone_with_its_versions(api):
    """Whoever deletes a prompt means all of it."""
    made = await api.create("one")
    await api.update(made.prompt_id, 1, "two")

    assert await api.delete(made.prompt_id) is None
    assert [] == await api.list()
    assert 404 == (await refused(api.get(made.prompt_id, 1)))[0]


async def test_what_is_not_there_is_404_everywhere(api):
    """By codes that tell a lost prompt from a version that never was."""
    none, made = "pmpt_none", await api.create("one")
    for call in (
        api.get(none),
        api.get(none, 1),
        api.versions(none),
        api.update(none, 1, "two"),
        api.set_default(none, 1),
        api.delete(none),
    ):
        assert (404, "prompt_not_found", "prompt_id") == await refused(call)
    for call in (api.get(made.prompt_id, 2), api.set_default(made.prompt_id, 2)):
        assert (404, "prompt_version_not_found", "prompt_id") == await refused(call)
    assert made == await api.get(made.prompt_id)


async def test_a_response_learns_that_its_prompt_is_gone(store):
    """By the field of its own request."""
    assert (404, "prompt_not_found", "prompt.id") == await refused(store.get("pmpt_none"))


async def test_answers_have_llama_stacks_shape(rest):
    """Its SDKs read these fields, by verbs of two generations."""
    body = {"prompt": "Hello {{name}}", "variables": ["name"]}
    made = (await rest("CreatePrompt", "/v1/prompts", body)).json
    path = f"/v1/prompts/{made['prompt_id']}"
    changed = (await rest("UpdatePrompt", path, {"prompt": "Hi", "version": 1})).json
    chosen = await rest("SetDefaultPromptVersion", f"{path}/set-default-version", {"version": 1})
    listed = (await rest("ListPrompts", "/v1/prompts")).json
    versions = (await rest("ListPromptVersions", f"{path}/versions")).json
    second = (await rest("GetPrompt", f"{path}?version=2")).json
    deleted = await rest("DeletePrompt", path)

    assert ["prompt", "version", "prompt_id", "variables", "is_default"] == list(made)
    assert {"prompt": "Hi", "version": 2, "variables": [], "is_default": True} | {
        "prompt_id": made["prompt_id"]
    } == changed
    assert made == chosen.json
    assert {"data": [made]} == listed
    assert changed | {"is_default": False} == second
    assert {"data": [made, second]} == versions
    assert (b"", None) == (deleted.data, deleted.error)


@pytest.mark.parametrize(
    ("body", "param"),
    [
        ({}, "prompt"),
        ({"prompt": ""}, "prompt"),
        ({"prompt": "x", "variables": "x"}, "variables"),
    ],
)
async def test_a_wrong_request_is_named_by_its_field(rest, body, param):
    """By OpenAI's envelope."""
    answer = await rest("CreatePrompt", "/v1/prompts", body)

    assert ("invalid_request_error", param) == (answer.error["type"], answer.error["param"])


@pytest.mark.parametrize("version", [0, 2**31, 2**63, 10**30])
async def test_versions_that_cannot_be_are_the_callers_mistake(rest, version):
    """Not a bug of ours, whatever the database makes of the number."""
    made = (await rest("CreatePrompt", "/v1/prompts", {"prompt": "x"})).json
    path = f"/v1/prompts/{made['prompt_id']}"
    for answer in (
        await rest("GetPrompt", f"{path}?version={version}"),
        await rest("UpdatePrompt", path, {"prompt": "y", "version": version}),
        await rest("SetDefaultPromptVersion", f"{path}/set-default-version", {"version": version}),
    ):
        assert "invalid_request_error" == answer.error["type"]
