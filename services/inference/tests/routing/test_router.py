"""Requests go by weight, and elsewhere while they have not begun to be answered."""

import asyncio
from contextlib import asynccontextmanager

import pytest

from fleet.inference.v1 import messages as m
from fleet_inference.config import ServiceConfig
from fleet_inference.model_names import GivenNames, names_in_memory
from fleet_inference.models import ModelTable
from fleet_inference.provider import ProviderModel
from fleet_inference.routing.router import Router
from fleet_inference.routing.targets import Target, chosen
from fleet_inference.service import Inference
from fleet_runtime.errors import FleetError, ResourceExhausted, Unavailable
from fleet_runtime.operation import is_stream
from fleet_runtime.providers import opened
from fleet_testing.calls import rest_call
from fleet_testing.openai_upstream import openai_upstream


@asynccontextmanager
async def inference(models, providers, **settings):
    """An inference service of `models` over OpenAI-compatible `providers`: their ids and URLs."""
    config = ServiceConfig.model_validate(
        {
            "providers": [
                {"id": name, "type": "remote::openai", "config": {"base_url": url}}
                for name, url in providers.items()
            ],
            "models": models,
        }
        | settings
    )
    async with opened("fleet.inference", config.providers) as there:
        table = ModelTable(GivenNames(config.models, names_in_memory()), there)
        async with table.refreshed(300):
            router = Router(config.retries, config.circuit, config.limits)
            yield Inference(table, router, None)


@pytest.fixture
async def upstream():
    async with openai_upstream() as running:
        yield running


@pytest.fixture
async def other():
    async with openai_upstream() as running:
        yield running


async def ask(service, model="model", metadata=(), **fields):
    """Return the text that answers, the provider that gave it, and the attempts it took."""
    body = {"model": model, "messages": [{"role": "user", "content": "one two"}]} | fields
    request, call = rest_call(m.ChatCompletionRequest, body, metadata)
    answer = await service.create_chat_completion(request, call)
    if is_stream(answer):
        deltas = [
            chunk.choices[0].delta.content
            async for chunk in answer.decode(m.ChatCompletionChunk)
            if chunk.choices
        ]
        text = "".join(filter(None, deltas))
    else:
        text = answer.decode(m.ChatCompletion).choices[0].message.content
    return text, call.notes["provider"], call.notes.get("attempts", 1)


def model(*targets, fallbacks=()):
    places = [{"provider": provider, "model": name} for provider, name in targets]
    return {"id": "model", "targets": places, "fallbacks": list(fallbacks)}


def asked(upstream):
    return [r.json()["model"] for r in upstream.requests if r.path.endswith("/completions")]


@pytest.mark.parametrize("failing", ["fail-500", "fail-503", "fail-429"])
@pytest.mark.parametrize("stream", [False, True])
async def test_what_fails_at_one_target_goes_to_another(upstream, other, failing, stream):
    """Of the same tier: callers see an answer, whichever target the weights chose first."""
    models = [model(("a", failing), ("b", "chat"))]
    async with inference(models, {"a": upstream.url, "b": other.url}) as service:
        answers = [await ask(service, stream=stream) for _ in range(5)]

    assert [("one two", "b")] * 5 == [answer[:2] for answer in answers]


async def test_an_upstream_that_is_not_there_is_failed_over(other):
    """The connection was refused, so nothing was done."""
    models = [model(("a", "chat"), fallbacks=[{"provider": "b", "model": "chat"}])]
    providers = {"a": "http://127.0.0.1:1/v1", "b": other.url}
    async with inference(models, providers) as service:
        assert ("one two", "b", 2) == await ask(service)


async def test_fallbacks_are_tried_in_their_order(upstream, other):
    """A fallback may be another model's name; its own fallbacks are not followed."""
    second = {"id": "second", "provider": "a", "provider_model_id": "fail-500"}
    last = {"provider": "b", "model": "chat"}
    models = [model(("a", "fail-503"), fallbacks=["second", last]), second]
    async with inference(models, {"a": upstream.url, "b": other.url}) as service:
        answer = await ask(service)

    assert ("one two", "b", 3) == answer
    assert ["fail-503", "fail-500"] == asked(upstream)


async def test_a_circle_of_fallbacks_ends(upstream):
    """Two models that stand in for each other are a sensible config."""
    models = [
        {"id": "x", "provider": "a", "provider_model_id": "fail-500", "fallbacks": ["y"]},
        {"id": "y", "provider": "a", "provider_model_id": "fail-503", "fallbacks": ["x"]},
    ]
    async with inference(models, {"a": upstream.url}) as service:
        with pytest.raises(FleetError) as caught:
            await ask(service, "x")

    assert 503 == caught.value.status
    assert ["fail-500", "fail-503"] == asked(upstream)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413, 422])
async def test_what_the_caller_did_wrong_is_not_tried_elsewhere(upstream, other, status):
    """It is wrong everywhere, and costs only."""
    models = [model(("a", f"fail-{status}"), fallbacks=[{"provider": "b", "model": "chat"}])]
    async with inference(models, {"a": upstream.url, "b": other.url}) as service:
        with pytest.raises(FleetError):
            await ask(service)

    assert [] == asked(other)


async def test_a_stream_that_began_is_not_tried_elsewhere(upstream, other):
    """The caller would read the beginning twice."""
    models = [model(("a", "break-mid-stream"), fallbacks=[{"provider": "b", "model": "chat"}])]
    async with inference(models, {"a": upstream.url, "b": other.url}) as service:
        with pytest.raises(FleetError):
            await ask(service, stream=True)

    assert [] == asked(other)


async def test_a_target_that_keeps_failing_is_left_alone(upstream, other):
    """After some failures nobody waits for it any more."""
    models = [model(("a", "fail-500"), fallbacks=[{"provider": "b", "model": "chat"}])]
    circuit = {"failures": 2, "cooldown_seconds": 60}
    providers = {"a": upstream.url, "b": other.url}
    async with inference(models, providers, circuit=circuit) as service:
        attempts = [(await ask(service))[2] for _ in range(5)]

    assert [2, 2, 1, 1, 1] == attempts
    assert 2 == len(asked(upstream))


async def test_with_all_targets_left_alone_callers_are_told_when_to_come_again(upstream):
    """At once, and without a word to those that fail."""
    models = [model(("a", "fail-500"), fallbacks=[{"provider": "a", "model": "fail-503"}])]
    circuit = {"failures": 1, "cooldown_seconds": 60}
    async with inference(models, {"a": upstream.url}, circuit=circuit) as service:
        with pytest.raises(FleetError):
            await ask(service)
        with pytest.raises(Unavailable) as caught:
            await ask(service)

    assert "no_target_available" == caught.value.code
    assert 50 < caught.value.retry_after <= 90


async def test_a_callers_own_limit_does_not_close_a_target_to_others(upstream, other):
    """429 to somebody's own key says nothing of the fleet's."""
    models = [model(("a", "fail-429"), fallbacks=[{"provider": "b", "model": "chat"}])]
    own = [("x-llamastack-provider-data", '{"openai_api_key": "theirs"}')]
    async with inference(models, {"a": upstream.url, "b": other.url}) as service:
        attempts = [(await ask(service, metadata=own))[2] for _ in range(3)]

    assert [2, 2, 2] == attempts


async def test_attempts_have_a_bound(upstream):
    """One request must not wander through a whole fleet that is down."""
    fallbacks = [{"provider": "a", "model": f"fail-50{n}"} for n in (2, 3, 4)]
    models = [model(("a", "fail-500"), fallbacks=fallbacks)]
    async with inference(models, {"a": upstream.url}, retries={"attempts": 2}) as service:
        with pytest.raises(FleetError):
            await ask(service)

    assert ["fail-500", "fail-502"] == asked(upstream)


async def test_a_spent_budget_ends_retries(upstream, other):
    """When most of the traffic fails, trying twice would double what is too much already."""
    models = [model(("a", "fail-500"), fallbacks=[{"provider": "b", "model": "chat"}])]
    settings = {
        "retries": {"ratio": 0.0, "min_per_second": 0.2},
        "circuit": {"failures": 100, "calls": 100},
    }
    providers = {"a": upstream.url, "b": other.url}
    async with inference(models, providers, **settings) as service:
        assert 2 == (await ask(service))[2]
        assert 2 == (await ask(service))[2]
        with pytest.raises(FleetError):
            await ask(service)


async def test_a_limited_provider_gets_so_many_requests_at_once(upstream):
    """The others wait, and one more than may wait is refused with 429."""
    upstream.pause = 0.02
    models = [{"id": "model", "provider": "a", "provider_model_id": "slow"}]
    limit = {"provider": "a", "max_in_flight": 1, "max_waiting": 1}
    async with inference(models, {"a": upstream.url}, limits=[limit]) as service:
        answers = await asyncio.gather(
            *(ask(service, stream=True) for _ in range(3)), return_exceptions=True
        )

        assert ["one two", "one two"] == [a[0] for a in answers[:2]]
        assert isinstance(answers[2], ResourceExhausted)
        assert ("one two", "a", 1) == await ask(service)


async def test_a_target_with_room_goes_before_one_without(upstream, other):
    """Nobody waits while there is somewhere to go."""
    upstream.pause = other.pause = 0.02
    models = [model(("a", "slow"), ("b", "slow"))]
    limits = [{"provider": name, "max_in_flight": 1} for name in ("a", "b")]
    providers = {"a": upstream.url, "b": other.url}
    async with inference(models, providers, limits=limits) as service:
        answers = await asyncio.gather(*(ask(service) for _ in range(2)))

    assert {"a", "b"} == {answer[1] for answer in answers}


def test_each_target_is_chosen_as_often_as_its_weight_says():
    """Ten per cent to a canary are ten per cent."""
    targets = [
        Target(name, None, ProviderModel(name), weight) for name, weight in (("a", 9), ("b", 1))
    ]
    choices = [chosen(targets, lambda n=n: n / 1000).provider_id for n in range(1000)]

    assert 900 == choices.count("a")
    assert 100 == choices.count("b")
