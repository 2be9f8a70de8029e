"""What is special to each vendor's API."""

import base64
from contextlib import AsyncExitStack

import pytest

from fleet_runtime.config import ConfigError, validate
from fleet_runtime.errors import InvalidArgument, UpstreamFailed
from fleet_safety.provider import Image, Shield, Turn
from fleet_safety.providers.bedrock import Bedrock
from fleet_safety.providers.nvidia import Nvidia
from fleet_safety.providers.passthrough import Passthrough
from fleet_testing.aws_signatures import SECRET
from fleet_testing.bedrock_guardrails import BLOCKED, BedrockGuardrails
from fleet_testing.nemo_guardrails import NemoGuardrails
from fleet_testing.openai_moderations import OpenAIModerations
from fleet_testing.safety_upstream import safety_upstream

ARN = "arn:aws:bedrock:us-east-1:123456789012:guardrail/abc123"
PNG = "data:image/png;base64," + base64.b64encode(b"picture").decode()


@pytest.fixture
async def opened():
    """Return a function that opens a provider over a fake of its server, and yields both."""
    async with AsyncExitStack() as stack:

        async def open_(kind, wire, path="", **settings):
            upstream = await stack.enter_async_context(safety_upstream(wire))
            config = {"base_url": upstream.root + path, **settings}
            provider = kind(validate(kind.Config, config))
            stack.push_async_callback(provider.aclose)
            return provider, upstream

        yield open_


@pytest.fixture
async def bedrock(opened):
    return await opened(
        Bedrock,
        BedrockGuardrails(),
        region_name="eu-west-1",
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key=SECRET,
    )


def guardrail(name=ARN, **params):
    return Shield("shield", "aws", name, {"guardrailVersion": "DRAFT", **params})


async def test_bedrock_is_asked_by_a_signature_that_holds(bedrock, said, call):
    """For an ARN too, whose slash and colons are one segment of the path."""
    provider, upstream = bedrock
    upstream.keys = {"AKIDEXAMPLE"}
    (verdict,) = await provider.moderate(guardrail(), [said("hello")], call)
    (seen,) = upstream.requests

    assert not verdict.flagged
    assert seen.path == (
        "/guardrail/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aguardrail%2Fabc123/version/DRAFT/apply"
    )
    assert {"source": "INPUT", "content": [{"text": {"text": "hello"}}]} == seen.json()


async def test_bedrock_judges_what_models_say_as_output(bedrock, said, call):
    """Guardrails have other rules for it."""
    provider, upstream = bedrock
    await provider.moderate(guardrail(), [said("hello", "hi")], call)

    assert {"source": "OUTPUT", "content": [{"text": {"text": "hi"}}]} == upstream.requests[
        0
    ].json()


async def test_bedrock_says_what_to_say_instead(bedrock, said, call):
    """And how sure each of its filters was; only those that acted count."""
    provider, _ = bedrock
    (verdict,) = await provider.moderate(guardrail(), [said("a bomb")], call)

    assert BLOCKED == verdict.user_message
    assert {"VIOLENCE": True, "INSULTS": False} == verdict.categories
    assert {"VIOLENCE": 1.0, "INSULTS": 0.33} == verdict.scores
    assert "VIOLENCE" == verdict.metadata["violation_type"]


async def test_bedrock_warns_of_what_it_only_masks(bedrock, said, call):
    """The masked text may be shown; what was masked is not told again."""
    provider, _ = bedrock
    (verdict,) = await provider.moderate(guardrail(), [said("write to a@b.example")], call)

    assert (True, "warn", "{EMAIL}") == (verdict.flagged, verdict.level, verdict.user_message)
    assert {"EMAIL": True} == verdict.categories
    assert "a@b.example" not in str(verdict)


async def test_bedrock_sees_images_that_are_sent_along(bedrock, call):
    """As PNG or JPEG."""
    provider, upstream = bedrock
    await provider.moderate(guardrail(), [[Turn("user", ("look", Image(PNG)))]], call)
    picture = {"format": "png", "source": {"bytes": base64.b64encode(b"picture").decode()}}

    assert {"image": picture} == upstream.requests[0].json()["content"][1]


async def test_bedrock_wants_the_version_of_a_guardrail(bedrock):
    """There is none that all guardrails have."""
    provider, _ = bedrock
    with pytest.raises(InvalidArgument, match="guardrailVersion"):
        provider.check(Shield("shield", "aws", ARN))


async def test_nvidia_runs_the_rails_that_are_configured(opened, said, call):
    """Or those of the shield; over the whole conversation."""
    provider, upstream = await opened(Nvidia, NemoGuardrails(), config_id="ours")
    (verdict,) = await provider.moderate(
        Shield("shield", "nemo", "meta/llama-3.1-8b"), [said("hello", "a bomb")], call
    )
    own = Shield("shield", "nemo", "meta/llama-3.1-8b", {"config_id": "own"})
    await provider.moderate(own, [said("hello")], call)
    first, second = (seen.json() for seen in upstream.requests)

    assert {
        "model": "meta/llama-3.1-8b",
        "messages": [
            {"role": "user", "content": "hello"},
            {"role": "assistant", "content": "a bomb"},
        ],
        "guardrails": {"config_id": "ours"},
    } == first
    assert {"config_id": "own"} == second["guardrails"]
    assert {"self check input": False, "self check output": True} == verdict.categories
    assert {"self check input": "success", "self check output": "blocked"} == (
        verdict.metadata["rails_status"]
    )


async def test_nvidia_is_found_by_llama_stacks_name_for_the_address():
    """Its configs read the same here."""
    config = validate(Nvidia.Config, {"guardrails_service_url": "http://guards:7331"})

    assert ("http://guards:7331", "self-check") == (config.base_url, config.config_id)


async def test_nvidia_refuses_rails_without_a_name(opened):
    """When the shield is made."""
    provider, _ = await opened(Nvidia, NemoGuardrails())
    with pytest.raises(InvalidArgument, match="config_id"):
        provider.check(Shield("shield", "nemo", "model", {"config_id": 7}))


async def test_passthrough_sends_texts_at_once_and_images_one_by_one(opened, said, call):
    """A list of parts is one input to OpenAI."""
    provider, upstream = await opened(Passthrough, OpenAIModerations(), "/v1")
    shield = Shield("shield", "there", "omni-moderation-latest")
    await provider.moderate(shield, [said("one"), said("two")], call)
    look = [Turn("user", ("what?", Image(PNG)))]
    await provider.moderate(shield, [look, said("a bomb")], call)
    at_once, *by_one = (seen.json() for seen in upstream.requests)

    assert {"model": "omni-moderation-latest", "input": ["one", "two"]} == at_once
    parts = [{"type": "text", "text": "what?"}, {"type": "image_url", "image_url": {"url": PNG}}]
    assert parts in [asked["input"] for asked in by_one]
    assert 2 == len(by_one)


class OneResult(OpenAIModerations):
    """A server that says one thing, whatever it is asked."""

    def answer(self, seen):
        whole = super().answer(seen)
        return whole | {"results": whole["results"][:1]}


async def test_passthrough_takes_no_verdict_for_another(opened, said, call):
    """An input that the server says nothing of is not safe."""
    provider, _ = await opened(Passthrough, OneResult(), "/v1")
    shield = Shield("shield", "there", "judge")
    with pytest.raises(UpstreamFailed) as caught:
        await provider.moderate(shield, [said("one"), said("two")], call)

    assert "upstream_garbage" == caught.value.code


async def test_passthrough_forwards_what_is_named_and_nothing_else(opened, said, carrying):
    """Keys for other servers are not for this one."""
    provider, upstream = await opened(
        Passthrough, OpenAIModerations(), "/v1", forward_headers={"maas_token": "X-Maas"}
    )
    shield = Shield("shield", "there", "judge")
    await provider.moderate(shield, [said("hi")], carrying(maas_token="mine", other="secret"))
    headers = upstream.requests[0].headers

    assert "mine" == headers["x-maas"]
    assert "secret" not in str(headers)
    with pytest.raises(InvalidArgument, match="Send maas_token"):
        await provider.moderate(shield, [said("hi")], carrying(other="secret"))


@pytest.mark.parametrize(
    "settings",
    [
        {"forward_headers": {"a": "Host"}},
        {"forward_headers": {"__a": "X-A"}},
        {"forward_headers": {"a": "X-Mine"}, "extra_blocked_headers": ["x-mine"]},
    ],
)
def test_passthrough_lets_nobody_set_what_frames_a_request(settings):
    """Refused in the config."""
    with pytest.raises(ConfigError, match="forward_headers"):
        validate(Passthrough.Config, {"base_url": "http://there/v1", **settings})
