"""Shields of Llama Guard, on models that the fleet runs and on models that others host."""

import asyncio
import time

import pytest

from fleet_runtime.call import Call
from fleet_runtime.config import ConfigError, validate
from fleet_runtime.errors import FleetError, InvalidArgument, NotFound
from fleet_safety.provider import Image, Shield, Turn
from fleet_safety.providers.llama_guard import LlamaGuard
from fleet_safety.providers.sambanova import SambaNova
from fleet_safety.providers.together import Together
from fleet_testing.llama_guard_upstream import GuardRunner, HostedLlamaGuard, guard_runner
from fleet_testing.safety_upstream import safety_upstream

PNG = Image("data:image/png;base64,iVBORw0KGgo=")


@pytest.fixture
async def runner(monkeypatch):
    runner = GuardRunner()
    async with guard_runner(runner) as addresses:
        monkeypatch.setenv("FLEET_ADDRESSES", addresses)
        yield runner


@pytest.fixture
async def guard(runner):
    """Return a function that judges one conversation."""
    opened = []

    async def judge(conversation, model="Llama-Guard-3-8B", params=None, call=None, **settings):
        provider = LlamaGuard(validate(LlamaGuard.Config, settings))
        opened.append(provider)
        shield = Shield("shield", "guard", model, params or {})
        return (await provider.moderate(shield, [conversation], call or Call("/test")))[0]

    yield judge
    for provider in opened:
        await provider.aclose()


def sent(runner):
    return [(message.role, message.content) for message in runner.asked[-1].messages]


async def test_the_model_is_asked_by_its_name_and_greedily(guard, runner, said):
    """A verdict is no matter of luck."""
    await guard(said("hello"))
    (request,) = runner.asked

    assert ("Llama-Guard-3-8B", 0.0) == (request.model, request.temperature)
    assert 0 < request.max_tokens <= 100


async def test_excluded_categories_are_not_asked_about(guard, runner, said):
    """By their codes or their names, for all shields or for one."""
    for settings in (
        {"excluded_categories": ["S5", "Elections"]},
        {"params": {"excluded_categories": ["S5", "S13"]}},
    ):
        verdict = await guard(said("hello"), **settings)
        ((_, text),) = sent(runner)

        assert "S4: Child Exploitation.\nS6: Specialized Advice." in text
        assert "S12: Sexual Content.\nS14:" in text
        assert not {"Defamation", "Elections"} & verdict.categories.keys()


async def test_the_version_is_told_by_the_model_unless_somebody_says(guard, runner, said):
    """A name may be our own."""
    texts = []
    for settings in (
        {"model": "meta-llama/Llama-Guard-3-1B"},
        {"model": "judge", "version": "2"},
        {"model": "judge", "version": "2", "params": {"version": "3-1b"}},
        {"model": "judge", "params": {"version": "4"}},
    ):
        await guard(said("hello"), **settings)
        texts.append(sent(runner)[0][1])

    assert ["S13: Elections." in text for text in texts] == [True, False, True, True]
    assert ["S14" in text for text in texts] == [False, False, False, True]


async def test_a_model_with_a_template_of_its_own_gets_the_conversation(guard, runner):
    """Its template writes the question, and wants users and assistants by turns."""
    conversation = [
        Turn("system", ("Be kind.",)),
        Turn("user", ("first",)),
        Turn("tool", ("found",)),
        Turn("assistant", ("answer",)),
    ]
    await guard(conversation, prompt="template")

    assert [("user", "first\n\nfound"), ("assistant", "answer")] == sent(runner)

    await guard([Turn("assistant", ("alone",))], params={"prompt": "template"})

    assert [("user", "alone")] == sent(runner)


@pytest.mark.parametrize(
    ("model", "most"), [("Llama-Guard-3-11B-Vision", 1), ("Llama-Guard-4-12B", 8)]
)
async def test_versions_with_eyes_see_images(guard, runner, model, most):
    """Before the text, as many as they can, by 13 categories."""
    await guard([Turn("user", ("what is this?", PNG))], model)
    ((_, parts),) = sent(runner)

    assert ["image_url", "text"] == [part.type for part in parts]
    assert PNG.url == parts[0].image_url.url
    assert "User: what is this?" in parts[1].text
    assert "S14" not in parts[1].text

    with pytest.raises(InvalidArgument, match=f"sees {most} image"):
        await guard([Turn("user", ("look", *[PNG] * (most + 1)))], model)


async def test_what_the_inference_service_says_is_passed_on(guard, runner, said):
    """Its queue is full, or it is silent for too long."""
    runner.says = {"busy": "", "silent": None}
    with pytest.raises(FleetError) as busy:
        await guard(said("hello"), "busy")
    late = Call("/test", (), time.monotonic() + 0.2)
    with pytest.raises(FleetError) as silent:
        await guard(said("hello"), "silent", call=late)

    assert (429, 7) == (busy.value.status, busy.value.retry_after)
    assert 504 == silent.value.status


async def test_the_callers_keys_go_along(guard, runner, said, carrying):
    """The model may be one that needs them."""
    await guard(said("hello"), call=carrying(together_api_key="mine"))

    assert {"together_api_key": "mine"} == runner.calls[-1].provider_data()


async def test_who_gives_up_stops_the_model(guard, runner, said):
    """Nobody waits for the verdict any more."""
    runner.says = {"silent": None}
    asked = asyncio.ensure_future(guard(said("hello"), "silent"))
    end = time.monotonic() + 5
    while not runner.open:
        assert time.monotonic() < end
        await asyncio.sleep(0.005)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    while runner.open:
        assert time.monotonic() < end
        await asyncio.sleep(0.005)

    assert not runner.open


@pytest.mark.parametrize(
    "params",
    [
        {"version": "5"},
        {"version": 4},
        {"excluded_categories": ["S99"]},
        {"excluded_categories": "S1"},
        {"prompt": "poem"},
    ],
)
async def test_wrong_params_are_refused_when_a_shield_is_made(runner, params):
    """Rather than when somebody needs it."""
    provider = LlamaGuard(LlamaGuard.Config())
    with pytest.raises(InvalidArgument) as caught:
        provider.check(Shield("shield", "guard", "judge", params))
    await provider.aclose()

    assert "params" == caught.value.param


def test_an_unknown_category_is_refused_in_the_config():
    """Else somebody believes that it is not judged by."""
    with pytest.raises(ConfigError, match="'S99' is no category"):
        validate(LlamaGuard.Config, {"excluded_categories": ["S99"]})


@pytest.mark.parametrize("kind", [SambaNova, Together])
async def test_hosts_get_the_conversation_as_it_is(kind, said, call):
    """Their models' templates write the question."""
    async with safety_upstream(HostedLlamaGuard()) as upstream:
        provider = kind(kind.Config(base_url=f"{upstream.root}/v1"))
        shield = Shield("shield", "host", "Llama-Guard-4-12B")
        await provider.moderate(shield, [said("hello", "hi there")], call)
        seeing = [Turn("user", ("what is this?", PNG))]
        await provider.moderate(shield, [seeing], call)
        first, second = (seen.json() for seen in upstream.requests)
        await provider.aclose()

    assert [
        {"role": "user", "content": "hello"},
        {"role": "assistant", "content": "hi there"},
    ] == first["messages"]
    assert ("Llama-Guard-4-12B", 0.0) == (first["model"], first["temperature"])
    assert PNG.url == second["messages"][0]["content"][0]["image_url"]["url"]


@pytest.mark.parametrize("says", ["", "I am not sure."])
async def test_a_host_that_says_nothing_clear_has_found_something(said, call, says):
    """What is not judged is not safe."""
    wire = HostedLlamaGuard()
    wire.says["vague"] = says
    async with safety_upstream(wire) as upstream:
        provider = Together(Together.Config(base_url=f"{upstream.root}/v1"))
        (verdict,) = await provider.moderate(
            Shield("shield", "host", "vague"), [said("hello")], call
        )
        await provider.aclose()

    assert verdict.flagged


async def test_only_allowed_models_judge(said, call):
    """Others may cost more, or judge worse."""
    async with safety_upstream(HostedLlamaGuard()) as upstream:
        provider = SambaNova(
            validate(SambaNova.Config, {"url": f"{upstream.root}/v1", "allowed_models": ["judge"]})
        )
        with pytest.raises(NotFound):
            provider.check(Shield("shield", "host", "other"))
        with pytest.raises(NotFound):
            await provider.moderate(Shield("shield", "host", "other"), [said("hello")], call)
        await provider.aclose()
