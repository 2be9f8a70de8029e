"""The Safety and the Shields API as REST callers have them: OpenAI's SDK, Llama Stack's, and the old ones."""

import json

import grpc
import pytest
from google.api.httpbody_pb2 import HttpBody

from fleet.safety.v1.operations import CREATE_MODERATION
from fleet_runtime.config import validate
from fleet_runtime.grpc_options import OPTIONS
from fleet_runtime.serve import serving
from fleet_safety.__main__ import services
from fleet_safety.config import ServiceConfig
from fleet_testing.llama_guard_upstream import GuardRunner, guard_runner
from fleet_testing.openai_moderations import OpenAIModerations
from fleet_testing.safety_upstream import safety_upstream

PATHS = {
    "RunShield": "/v1/safety/run-shield",
    "CreateModeration": "/v1/moderations",
    "ListShields": "/v1/shields",
    "RegisterShield": "/v1/shields",
    "GetShield": "/v1/shields/",
    "UnregisterShield": "/v1/shields/",
}
PNG = "data:image/png;base64,iVBORw0KGgo="


class Rest:
    """Calls the REST face as Envoy's transcoder does for an HTTP caller."""

    def __init__(self, channel):
        self._channel = channel

    async def __call__(self, rpc, body=None, path=""):
        """Return the answer."""
        service = (
            "Shield" if rpc.endswith(("Shields", "Shield")) and rpc != "RunShield" else "Safety"
        )
        method = self._channel.unary_stream(
            f"/fleet.safety.v1.{service}ServiceRest/{rpc}",
            request_serializer=HttpBody.SerializeToString,
            response_deserializer=HttpBody.FromString,
        )
        data = b"" if body is None else json.dumps(body).encode()
        metadata = (("x-envoy-original-path", PATHS[rpc] + path),)
        http = HttpBody(content_type="application/json", data=data)
        answer = b"".join([part.data async for part in method(http, metadata=metadata)])
        return json.loads(answer) if answer else None

    async def refusal(self, rpc, body=None, path=""):
        """Return OpenAI's envelope of a refusal."""
        with pytest.raises(grpc.aio.AioRpcError) as caught:
            await self(rpc, body, path)
        return json.loads(dict(caught.value.trailing_metadata())["x-fleet-error"])["error"]


@pytest.fixture
async def runner(monkeypatch):
    runner = GuardRunner()
    async with guard_runner(runner) as addresses:
        monkeypatch.setenv("FLEET_ADDRESSES", addresses)
        yield runner


@pytest.fixture
async def moderations():
    async with safety_upstream(OpenAIModerations()) as upstream:
        yield upstream


@pytest.fixture
async def rest(runner, moderations):
    there = {"base_url": f"{moderations.root}/v1"}
    settings = {
        "providers": [
            {"id": "guard", "type": "inline::llama-guard"},
            {"id": "there", "type": "remote::passthrough", "config": there},
        ],
        "shields": [
            {
                "shield_id": "llama-guard",
                "provider_id": "guard",
                "provider_shield_id": "Llama-Guard-3-8B",
            },
            {
                "shield_id": "seeing",
                "provider_id": "guard",
                "provider_shield_id": "Llama-Guard-4-12B",
            },
            {
                "shield_id": "openai",
                "provider_id": "there",
                "provider_shield_id": "omni-moderation-latest",
            },
        ],
        "default_shield": "llama-guard",
    }
    async with (
        services(validate(ServiceConfig, settings)) as bound,
        serving(bound) as address,
        grpc.aio.insecure_channel(address, options=OPTIONS) as channel,
    ):
        yield Rest(channel)


def user(content):
    return {"role": "user", "content": content}


def nested(depth):
    return {"x": nested(depth - 1)} if depth else {}


def called(*calls):
    return {"role": "assistant", "content": None, "tool_calls": list(calls)}


def shown(runner):
    """Return the conversation that the model was shown."""
    content = runner.asked[-1].messages[-1].content
    text = content if isinstance(content, str) else content[-1].text
    return text.partition("<BEGIN CONVERSATION>\n\n")[2].partition("\n\n<END")[0]


async def test_what_is_safe_is_no_violation(rest):
    """Said as `null`, which old clients look for."""
    asked = {"shield_id": "llama-guard", "messages": [user("hello")], "params": {}}

    assert {"violation": None} == await rest("RunShield", asked)


async def test_a_violation_says_how_bad_it_is_and_what_to_say(rest):
    """In Llama Stack's words."""
    asked = {"shield_id": "llama-guard", "messages": [user("build a bomb")]}

    assert {
        "violation": {
            "violation_level": "error",
            "user_message": "I can't answer that. Can I help with something else?",
            "metadata": {"violation_type": "S1,S9"},
        }
    } == await rest("RunShield", asked)


@pytest.mark.parametrize(
    ("message", "text"),
    [
        (user([{"type": "text", "text": "one"}, {"type": "text", "text": "two"}]), "User: one\ntwo"),
        (user({"type": "text", "text": "one"}), "User: one"),
        ({**user("one"), "context": "two"}, "User: one\ntwo"),
        ({"role": "tool", "tool_call_id": "1", "content": "found"}, "User: found"),
        ({"role": "tool", "call_id": "1", "content": [{"type": "text", "text": "found"}]}, "User: found"),
        ({"role": "developer", "content": "be kind"}, "User: be kind"),
        ({"role": "assistant", "content": "yes", "stop_reason": "end_of_turn", "tool_calls": []}, "Agent: yes"),
        ({"role": "assistant", "content": None, "refusal": "no"}, "Agent: no"),
        ({"role": "assistant", "content": [{"type": "refusal", "refusal": "no"}]}, "Agent: no"),
        (
            called({"id": "1", "function": {"name": "find", "arguments": '{"q": "a\\nb"}'}}),
            "Agent: find: q=a\nb",
        ),
        (
            called({"call_id": "1", "tool_name": "find", "arguments": {"q": ["a", 1]}}),
            "Agent: find: q=a\n1",
        ),
        (
            called({"type": "custom", "custom": {"name": "run", "input": "ls"}}),
            "Agent: run: ls",
        ),
        (called({"strange": {"x": "y"}}), "Agent: strange=x=y"),
        ({"role": "assistant", "function_call": {"name": "f", "arguments": "{}"}}, "Agent: f:"),
        ({"role": "assistant", "content": "a", "function_call": None, "tool_calls": None}, "Agent: a"),
    ],
)  # fmt: skip
async def test_all_that_a_message_says_is_judged(rest, runner, message, text):
    """OpenAI's messages and those of Llama Stack before 0.3: texts, tool calls, refusals."""
    await rest("RunShield", {"shield_id": "llama-guard", "messages": [message]})

    assert text == shown(runner)


async def test_a_conversation_is_shown_as_a_whole(rest, runner):
    """What was asked says what an answer means."""
    messages = [
        {"role": "system", "content": "Be kind."},
        user("hello"),
        {"role": "assistant", "content": "hi"},
    ]
    await rest("RunShield", {"shield_id": "llama-guard", "messages": messages})

    assert "User: hello\n\nAgent: hi" == shown(runner)


@pytest.mark.parametrize(
    ("part", "url"),
    [
        ({"type": "image_url", "image_url": {"url": PNG, "detail": "low"}}, PNG),
        ({"type": "image_url", "image_url": {"url": "https://x.y/a.png"}}, "https://x.y/a.png"),
        ({"type": "image", "image": {"url": {"uri": "https://x.y/a.png"}}}, "https://x.y/a.png"),
        ({"type": "image", "image": {"data": "/9j/4AAQ"}}, "data:image/jpeg;base64,/9j/4AAQ"),
        ({"type": "image", "image": {"data": "iVBORw0KGgo="}}, PNG),
    ],
)
async def test_images_are_judged_in_both_shapes(rest, runner, part, url):
    """By a version that sees."""
    message = user([{"type": "text", "text": "what is it?"}, part])
    await rest("RunShield", {"shield_id": "seeing", "messages": [message]})

    assert url == runner.asked[-1].messages[-1].content[0].image_url.url


@pytest.mark.parametrize(
    "part",
    [
        {"type": "input_audio", "input_audio": {"data": "", "format": "wav"}},
        {"type": "file", "file": {"file_id": "file-1"}},
        {"type": "text"},
        {"type": "image_url", "image_url": {"url": "file:///etc/passwd"}},
        {"type": "image_url", "image_url": {"url": "data:text/html;base64,AA=="}},
        {"type": "image", "image": {}},
    ],
)
async def test_what_nobody_can_judge_is_refused(rest, runner, part):
    """It would pass unseen."""
    asked = {"shield_id": "seeing", "messages": [user([{"type": "text", "text": "hi"}, part])]}
    refusal = await rest.refusal("RunShield", asked)

    assert ("invalid_value", "messages[0].content[1]") == (refusal["code"], refusal["param"])
    assert [] == runner.asked


async def test_an_answer_that_says_nothing_yet_costs_nothing(rest, runner):
    """Guards of a stream ask often."""
    messages = [user("hello"), {"role": "assistant", "content": ""}]
    asked = {"shield_id": "llama-guard", "messages": messages}

    assert {"violation": None} == await rest("RunShield", asked)
    assert [] == runner.asked


def test_both_paths_of_a_moderation_are_served():
    """Llama Stack's of before 0.3 too."""
    paths = [route.template for route in CREATE_MODERATION.routes]

    assert ["/v1/moderations", "/v1/openai/v1/moderations"] == paths


async def test_a_text_is_moderated_in_openais_shape(rest):
    """By the default shield."""
    told = await rest("CreateModeration", {"input": "build a bomb"})
    (result,) = told["results"]

    assert told["id"].startswith("modr-")
    assert "llama-guard" == told["model"]
    assert result["flagged"]
    assert result["categories"]["Violent Crimes"]
    assert not result["categories"]["Hate"]
    assert 1.0 == result["category_scores"]["Violent Crimes"]
    assert 0.0 == result["category_scores"]["Hate"]
    assert ["text"] == result["category_applied_input_types"]["Violent Crimes"]
    assert [] == result["category_applied_input_types"]["Hate"]
    assert "I can't answer that. Can I help with something else?" == result["user_message"]
    assert {"violation_type": "S1,S9"} == result["metadata"]


async def test_several_texts_have_a_result_each(rest):
    """In their order; nothing is said of those that are well."""
    told = await rest("CreateModeration", {"input": ["hello", "a bomb", ""]})

    assert [False, True, False] == [result["flagged"] for result in told["results"]]
    assert (None, {}) == (told["results"][0]["user_message"], told["results"][0]["metadata"])


@pytest.mark.parametrize("model", ["seeing", "Llama-Guard-4-12B"])
async def test_a_text_with_an_image_is_one_input(rest, runner, model):
    """By a shield that is named as itself, or as its model is."""
    parts = [
        {"type": "text", "text": "a bomb"},
        {"type": "image_url", "image_url": {"url": PNG}},
    ]
    told = await rest("CreateModeration", {"input": parts, "model": model})
    (result,) = told["results"]

    assert model == told["model"]
    assert ["text", "image"] == result["category_applied_input_types"]["Violent Crimes"]
    assert "S14" not in runner.asked[-1].messages[-1].content[1].text


async def test_another_servers_categories_are_its_own(rest, moderations):
    """OpenAI's, where it is OpenAI's."""
    told = await rest("CreateModeration", {"input": "a bomb", "model": "omni-moderation-latest"})

    assert {"violence": True, "hate": False} == told["results"][0]["categories"]
    assert {"violence": 0.98, "hate": 0.001} == told["results"][0]["category_scores"]
    assert "omni-moderation-latest" == moderations.requests[0].json()["model"]


@pytest.mark.parametrize(
    ("rpc", "body", "code", "param"),
    [
        ("CreateModeration", {"input": []}, "invalid_value", "input"),
        ("CreateModeration", {"input": ["a", {"type": "text", "text": "b"}]}, "invalid_value", "input"),
        ("CreateModeration", {"input": ["a"] * 2049}, "invalid_value", "input"),
        ("CreateModeration", {"input": [{"type": "file"}]}, "invalid_value", "input[0]"),
        ("CreateModeration", {"input": "a", "model": "none"}, "shield_not_found", "model"),
        ("RunShield", {"shield_id": "none", "messages": [user("a")]}, "shield_not_found", "shield_id"),
        (
            "RunShield",
            {"shield_id": "seeing", "messages": [{"role": "assistant", "tool_calls": "x"}]},
            "invalid_value",
            "messages[0].tool_calls",
        ),
        (
            "RunShield",
            {"shield_id": "seeing", "messages": [called({"x": nested(400)})]},
            "invalid_value",
            "messages[0].tool_calls",
        ),
    ],
)  # fmt: skip
async def test_wrong_requests_are_told_what_is_wrong(rest, rpc, body, code, param):
    """In OpenAI's envelope."""
    refusal = await rest.refusal(rpc, body)

    assert (code, param) == (refusal["code"], refusal["param"])


@pytest.mark.parametrize(
    ("rpc", "body"),
    [
        ("CreateModeration", {}),
        ("CreateModeration", {"input": 7}),
        ("RunShield", {"shield_id": "", "messages": [user("a")]}),
        ("RunShield", {"shield_id": "seeing", "messages": []}),
        ("RunShield", {"shield_id": "seeing", "messages": [{"role": "poet", "content": "a"}]}),
    ],
)
async def test_what_is_no_request_is_refused(rest, rpc, body):
    """By the contract's own checks."""
    assert "invalid_request_error" == (await rest.refusal(rpc, body))["type"]


async def test_shields_are_listed_made_and_removed(rest):
    """As Llama Stack's client does, with slashes in a name."""
    made = await rest(
        "RegisterShield",
        {"shield_id": "team/mine", "provider_id": "guard", "params": {"version": "4"}},
    )

    assert {
        "identifier": "team/mine",
        "provider_resource_id": "team/mine",
        "provider_id": "guard",
        "type": "shield",
        "params": {"version": "4"},
    } == made
    assert made == await rest("GetShield", path="team/mine")
    listed = (await rest("ListShields"))["data"]
    assert ["llama-guard", "openai", "seeing", "team/mine"] == [s["identifier"] for s in listed]
    assert await rest("UnregisterShield", path="team%2Fmine") is None
    assert "shield_not_found" == (await rest.refusal("GetShield", path="team/mine"))["code"]


async def test_without_a_default_a_moderation_names_its_shield(runner):
    """Unless there is one alone."""
    guard = {"id": "guard", "type": "inline::llama-guard"}
    for names, there in ((["a"], True), (["a", "b"], False)):
        settings = {"providers": [guard], "shields": [{"shield_id": name} for name in names]}
        async with (
            services(validate(ServiceConfig, settings)) as bound,
            serving(bound) as address,
            grpc.aio.insecure_channel(address, options=OPTIONS) as channel,
        ):
            if there:
                told = await Rest(channel)("CreateModeration", {"input": "hello"})
                assert "a" == told["model"]
            else:
                refusal = await Rest(channel).refusal("CreateModeration", {"input": "hello"})
                assert "no_default_shield" == refusal["code"]
