"""What a server writes down of its calls, in this process."""

import asyncio

import pytest
from prometheus_client import CollectorRegistry
from structlog.testing import capture_logs

from fleet.inference.v1 import chat_pb2
from fleet_runtime.access.caller import TENANT
from fleet_runtime.call import Call
from fleet_runtime.errors import NotFound
from fleet_runtime.telemetry import Telemetry

ASK = {"model": "m", "messages": [{"role": "user", "content": "hi"}]}


async def lines(logs):
    """Wait for the line of a call, which is written after its answer, and return all."""
    for _ in range(1000):
        found = [line for line in logs if line["event"] == "rpc"]
        if found:
            return found
        await asyncio.sleep(0.005)
    raise AssertionError("no line was written")


async def test_both_faces_write_one_line(rest, stub, inference, completion):
    """By the name of the method that was called."""
    inference.answers(completion())
    message = chat_pb2.ChatMessage(role="user", content=chat_pb2.ChatContent(text="hi"))
    request = chat_pb2.ChatCompletionRequest(model="m", messages=[message])
    for start, method in (
        (lambda: rest("CreateChatCompletion", ASK), "InferenceServiceRest/CreateChatCompletion"),
        (lambda: stub.CreateChatCompletion(request), "InferenceService/CreateChatCompletion"),
    ):
        with capture_logs() as logs:
            await start()
            (line,) = await lines(logs)

        assert f"/fleet.inference.v1.{method}" == line["method"]
        assert "OK" == line["status"]
        assert 0 < line["seconds"] < 10


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (NotFound("no", code="model_not_found"), "NOT_FOUND", "model_not_found"),
        (NotFound("no"), "NOT_FOUND", "invalid_request_error"),
    ],
)
async def test_line_says_how_a_call_failed(rest, inference, error, status, code):
    """By what machines know it by; the message may quote the caller."""
    inference.fails(error)
    with capture_logs() as logs:
        await rest("CreateChatCompletion", ASK)
        (line,) = await lines(logs)

    assert (status, code) == (line["status"], line["error"])


async def test_caller_who_left_is_no_error(rest, inference, chunk):
    """Alerts are for failures of ours."""

    async def stream():
        while True:
            yield chunk("a")
            await asyncio.sleep(0.001)

    inference.answers(stream())
    with capture_logs() as logs:
        call = rest.start("CreateChatCompletion", ASK | {"stream": True})
        await call.read()
        call.cancel()
        (line,) = await lines(logs)

    assert "CANCELLED" == line["status"]


async def test_operation_adds_what_it_knows(rest, inference, completion):
    """The model, the provider, the tokens."""

    async def does(request, call):
        call.notes["model"] = "m"
        return completion()

    inference.does = does
    with capture_logs() as logs:
        await rest("CreateChatCompletion", ASK)
        (line,) = await lines(logs)

    assert "m" == line["model"]


def tenants_of(calls):
    """Return how many tokens were produced by tenant, when as many calls as said have ended."""
    registry = CollectorRegistry()
    telemetry = Telemetry("service", registry)
    for tenant in calls:
        call = Call("/m", [(TENANT, tenant)] if tenant else [])
        call.notes |= {"model": "m", "prompt_tokens": 5, "completion_tokens": 2}
        telemetry.finished(call, "OK")
    [family] = [f for f in registry.collect() if "fleet_tenant_tokens" == f.name]
    return {
        sample.labels["tenant"]: sample.value
        for sample in family.samples
        if sample.name.endswith("_total") and "output" == sample.labels["gen_ai_token_type"]
    }


def test_tokens_are_counted_by_tenant():
    """Who is to pay for them; calls without a tenant are counted too."""
    assert {"a": 4.0, "b": 2.0, "_none": 2.0} == tenants_of(["a", "b", "a", None])


def test_tenants_without_number_have_no_series_without_number():
    """Those that are known keep theirs; of all others the sum is right."""
    found = tenants_of([*(f"t{number}" for number in range(250)), "t0"])

    assert 201 == len(found)
    assert (4.0, 2.0, 100.0) == (found["t0"], found["t199"], found["_other"])
