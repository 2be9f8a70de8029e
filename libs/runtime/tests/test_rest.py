"""The REST face, byte for byte."""

import asyncio
import json

import grpc
import msgspec
import pytest

from fleet.inference.v1 import messages as m
from fleet.vector_io.v1.operations import UPDATE_VECTOR_STORE_FILE
from fleet_runtime.call import Call
from fleet_runtime.coalesce import LIMIT
from fleet_runtime.encoded import Encoded, EncodedStream
from fleet_runtime.errors import (
    InvalidArgument,
    NotFound,
    ResourceExhausted,
    UnsupportedMediaType,
    UpstreamFailed,
)
from fleet_runtime.rest_request import RequestReader, check_type, path_pattern, query_fields

ASK = {"model": "m", "messages": [{"role": "user", "content": "hi"}]}
MODEL = m.Model(
    identifier="x",
    provider_id="p",
    metadata=msgspec.Raw(b"{}"),
    created=1,
    owned_by="p",
    model_type="llm",
    id="x",
)
PAGE = m.ChatCompletionList(data=[], has_more=False, first_id="", last_id="")


async def test_answer_is_json(rest, inference, completion):
    """One body, with its type."""
    inference.answers(completion("hello"))
    answer = await rest("CreateChatCompletion", ASK)

    assert "application/json" == answer.content_type
    assert "hello" == answer.json["choices"][0]["message"]["content"]


async def test_nulls_are_printed_where_openai_prints_them(rest, inference, completion):
    """SDKs read `content: null`, and do not expect other fields at all."""
    inference.answers(completion(None))
    answer = (await rest("CreateChatCompletion", ASK)).json

    assert {"role": "assistant", "content": None, "refusal": None} == answer["choices"][0][
        "message"
    ]
    assert "chat.completion" == answer["object"]
    assert "usage" not in answer


async def test_numbers_keep_64_bits(rest, inference, completion):
    """Neither quoted, as protobuf's JSON has them, nor rounded, as floats are."""
    inference.answers(completion(usage=None))
    await rest("CreateChatCompletion", ASK | {"seed": 2**63 - 1})
    inference.answers(msgspec.structs.replace(completion(), created=2**53 + 1))
    answer = await rest("CreateChatCompletion", ASK)

    assert 2**63 - 1 == inference.requests[0].seed
    assert b'"created":9007199254740993' in answer.data


async def test_schemas_keep_their_bytes(rest, inference, completion):
    """The order of keys in a schema steers what a model writes first."""
    schema = b'{"z": {"type":"string"}, "a": 12345678901234567890123, "z2": 1.10}'
    function = b'{"type":"function","function":{"name":"f","parameters":%b}}' % schema
    body = b'{"model":"m","messages":[{"role":"user"}],"tools":[%b]}' % function
    inference.answers(completion())
    await rest("CreateChatCompletion", body)

    assert schema == bytes(inference.requests[0].tools[0].function.parameters)


async def test_body_is_kept_as_it_came(rest, inference, completion):
    """Providers forward unknown fields from it."""
    body = b'{"messages":[{"role":"user"}], "model":"m", "unknown": {"b":1,"a":2}}'
    inference.answers(completion())
    await rest("CreateChatCompletion", body)

    assert body == inference.calls[0].body
    assert inference.calls[0].received is inference.requests[0]


async def test_encoded_answer_goes_out_as_it_came_in(rest, inference):
    """An upstream's JSON is passed on, not written anew."""
    inference.answers(Encoded(b'{ "id": 1.50, "x": null }'))
    answer = await rest("CreateChatCompletion", ASK)

    assert b'{ "id": 1.50, "x": null }' == answer.data


async def test_long_answers_come_in_messages_that_the_gateway_passes(rest, inference, completion):
    """The transcoder buffers a message whole."""
    inference.answers(completion("x" * (2 * LIMIT)))
    answer = await rest("CreateChatCompletion", ASK)

    assert 2 * LIMIT == len(answer.json["choices"][0]["message"]["content"])
    assert LIMIT == max(len(body.data) for body in answer.bodies)
    assert 3 == len(answer.bodies)


async def test_stream_is_events_and_done(rest, inference, chunk):
    """As OpenAI's SDKs read them."""
    inference.streams(chunk("a"), chunk("b"))
    answer = await rest("CreateChatCompletion", ASK | {"stream": True})
    events = answer.data.decode().split("\n\n")

    assert "text/event-stream; charset=utf-8" == answer.content_type
    assert ["data: [DONE]", ""] == events[-2:]
    assert ["a", "b"] == [
        json.loads(event.removeprefix("data: "))["choices"][0]["delta"]["content"]
        for event in events[:-2]
    ]


async def test_encoded_stream_goes_out_as_it_came_in(rest, inference):
    """Events of an upstream are passed on with whatever fields they have."""

    async def events():
        yield b'data: {"x":1}\n\ndata: {"x": 2}\n\n'

    inference.answers(EncodedStream(events()))
    answer = await rest("CreateChatCompletion", ASK | {"stream": True})

    assert b'data: {"x":1}\n\ndata: {"x": 2}\n\ndata: [DONE]\n\n' == answer.data


async def test_empty_stream_is_still_a_stream(rest, inference):
    """Its type tells clients to read events."""
    inference.streams()
    answer = await rest("CreateChatCompletion", ASK | {"stream": True})

    assert "text/event-stream; charset=utf-8" == answer.content_type
    assert b"data: [DONE]\n\n" == answer.data


async def test_chunk_leaves_before_the_next_is_made(rest, inference, chunk):
    """A token is seen when it is there."""
    seen = asyncio.Event()

    async def stream():
        yield chunk("a")
        await seen.wait()
        yield chunk("b")

    inference.answers(stream())
    call = rest.start("CreateChatCompletion", ASK | {"stream": True})
    first = await call.read()
    seen.set()
    second = await call.read()

    assert b'"a"' in first.data
    assert b'"b"' in second.data


async def test_caller_who_leaves_closes_the_stream(rest, inference, chunk):
    """A model does not go on for nobody."""
    closed = asyncio.Event()

    async def stream():
        try:
            while True:
                yield chunk("a")
                await asyncio.sleep(0.001)
        finally:
            closed.set()

    inference.answers(stream())
    call = rest.start("CreateChatCompletion", ASK | {"stream": True})
    await call.read()
    call.cancel()

    await asyncio.wait_for(closed.wait(), 5)


async def test_error_travels_in_trailers(rest, inference):
    """The gateway puts it into the body, whole."""
    inference.fails(NotFound("no model 'ü'", code="model_not_found", param="model"))
    answer = await rest("CreateChatCompletion", ASK)

    assert grpc.StatusCode.NOT_FOUND == answer.code
    assert "no model 'ü'" == answer.error.details()
    assert "404" == answer.trailers["x-fleet-status"]
    assert answer.trailers["x-fleet-error"].isascii()
    assert {
        "message": "no model 'ü'",
        "type": "invalid_request_error",
        "param": "model",
        "code": "model_not_found",
    } == answer.envelope


async def test_upstream_status_travels_too(rest, inference):
    """422 and 402 have no gRPC code of their own."""
    inference.fails(UpstreamFailed("pay", status=402, type="billing"))
    answer = await rest("CreateChatCompletion", ASK)

    assert "402" == answer.trailers["x-fleet-status"]
    assert "billing" == answer.envelope["type"]


@pytest.mark.parametrize(("seconds", "header"), [(0.2, "1"), (3.0, "3"), (3.5, "4")])
async def test_retry_after_is_whole_seconds_and_never_too_soon(rest, inference, seconds, header):
    """HTTP knows whole seconds only; zero would call for a storm."""
    inference.fails(ResourceExhausted("full", retry_after=seconds))
    answer = await rest("CreateChatCompletion", ASK)

    assert header == answer.trailers["retry-after"]


async def test_long_messages_fit_into_headers(rest, inference):
    """A header that is too long would lose the whole error."""
    inference.fails(InvalidArgument("ü" * 100_000))
    answer = await rest("CreateChatCompletion", ASK)

    assert grpc.StatusCode.INVALID_ARGUMENT == answer.code
    assert 4000 == len(answer.envelope["message"])


async def test_bug_never_leaks_its_text(rest, inference):
    """What an exception says may hold keys or prompts."""
    inference.fails(RuntimeError("sk-secret"))
    answer = await rest("CreateChatCompletion", ASK)

    assert grpc.StatusCode.INTERNAL == answer.code
    assert "secret" not in answer.error.details() + answer.trailers["x-fleet-error"]
    assert ("server_error", "internal_error") == (answer.envelope["type"], answer.envelope["code"])


async def test_error_after_the_first_chunk_comes_in_the_stream(rest, inference, chunk):
    """HTTP clients do not see trailers: without it half an answer would look like a whole one."""
    inference.streams(chunk("a"), UpstreamFailed("gone", status=502, code="upstream_broke_off"))
    answer = await rest("CreateChatCompletion", ASK | {"stream": True})
    *chunks, last, end = answer.data.decode().split("\n\n")

    assert 1 == len(chunks)
    assert "" == end
    assert "upstream_broke_off" == json.loads(last.removeprefix("data: "))["error"]["code"]
    assert "DONE" not in last
    assert grpc.StatusCode.UNAVAILABLE == answer.code


async def test_error_before_the_first_chunk_is_the_answer(rest, inference):
    """No stream has begun, so the status is the error's."""
    inference.streams(ResourceExhausted("full"))
    answer = await rest("CreateChatCompletion", ASK | {"stream": True})

    assert [] == answer.bodies
    assert "429" == answer.trailers["x-fleet-status"]


async def test_bug_after_the_first_chunk_never_leaks_its_text(rest, inference, chunk):
    """In the stream as little as in the status."""
    inference.streams(chunk("a"), RuntimeError("sk-secret"))
    answer = await rest("CreateChatCompletion", ASK | {"stream": True})

    assert b"secret" not in answer.data
    assert b'"code":"internal_error"' in answer.data


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/v1/models/llama", "llama"),
        ("/v1/models/meta/llama/3", "meta/llama/3"),
        ("/v1/models/meta%2Fllama", "meta/llama"),
        ("/v1/models/a%20b%C3%BC", "a bü"),
        ("/v1/models/a+b", "a+b"),
        ("/v1/models/x?after=1", "x"),
        ("/v1/models/x/", "x"),
        ("/v1/openai/v1/models/meta/llama", "meta/llama"),
    ],
)
async def test_names_in_paths_come_as_they_were_meant(rest, inference, path, name):
    """Model names have slashes, with or without escapes."""
    inference.answers(MODEL)
    await rest("GetModel", path=path, service="Model")

    assert name == inference.requests[0].model_id


async def test_path_comes_with_a_body(rest, inference, completion):
    """The path names what the body changes, and wins over it."""
    inference.answers(completion())
    body = {"metadata": {"k": "v"}, "completion_id": "other"}
    await rest("UpdateChatCompletion", body, path="/v1/chat/completions/chatcmpl-1")

    assert (
        m.UpdateChatCompletionRequest(completion_id="chatcmpl-1", metadata={"k": "v"})
        == (inference.requests[0])
    )


def test_values_that_are_kept_as_json_come_beside_a_path():
    """Attributes of any kind are kept as they came; numbers are not rounded on the way."""
    path = "/v1/vector_stores/vs_1/files/file-1"
    call = Call("/test", [("x-envoy-original-path", path)])
    body = b'{"attributes": {"n": 12345678901234567890}, "file_id": "other"}'
    request = RequestReader(UPDATE_VECTOR_STORE_FILE)(body, call)

    assert ("vs_1", "file-1") == (request.vector_store_id, request.file_id)
    assert b'{"n": 12345678901234567890}' == bytes(request.attributes)


async def test_query_fills_the_request(rest, inference):
    """Numbers and maps included."""
    inference.answers(PAGE)
    query = "after=a%26b&limit=5&metadata[k]=v&metadata%5Bother%5D=w&order=asc&unknown=1"
    await rest("ListChatCompletions", path=f"/v1/chat/completions?{query}")

    assert (
        m.ListChatCompletionsRequest(
            after="a&b", limit=5, metadata={"k": "v", "other": "w"}, order="asc"
        )
        == inference.requests[0]
    )


@pytest.mark.parametrize(
    ("query", "param"),
    [("limit=0", "limit"), ("limit=x", "limit"), ("order=up", "order"), ("metadata=x", "metadata")],
)
async def test_wrong_query_is_refused_by_name(rest, inference, query, param):
    """The caller learns which parameter is wrong."""
    answer = await rest("ListChatCompletions", path=f"/v1/chat/completions?{query}")

    assert grpc.StatusCode.INVALID_ARGUMENT == answer.code
    assert param == answer.envelope["param"]


@pytest.mark.parametrize(
    "query",
    ["metadata=1&metadata[k]=2", "metadata[]=1&metadata[k]=2", "metadata[k]=1&metadata[]=2"],
)
async def test_query_that_contradicts_itself_is_no_bug_of_ours(rest, query):
    """The same name as a value, a list and a map."""
    answer = await rest("ListChatCompletions", path=f"/v1/chat/completions?{query}")

    assert grpc.StatusCode.INVALID_ARGUMENT == answer.code


@pytest.mark.parametrize(
    "query",
    ["include[]=a&include%5B%5D=b", "include=a&include=b", "include=a,b", "include=a&include[]=b"],
)
def test_lists_in_queries_come_as_sdks_write_them(query):
    """OpenAI's with brackets, others again and again, Llama Stack's with commas."""
    assert {"include": ["a", "b"], "n": "1,2"} == query_fields(f"{query}&n=1,2", ["include"])


@pytest.mark.parametrize(
    ("template", "path", "found"),
    [
        ("/v1/x/{id}", "/v1/x/a", {"id": "a"}),
        ("/v1/x/{id}", "/v1/x/a/b", None),
        ("/v1/x/{id}", "/v1/x/", None),
        ("/v1/x/{id=**}", "/v1/x/a/b", {"id": "a/b"}),
        ("/v1/x/{id}/y/{other}", "/v1/x/a/y/b", {"id": "a", "other": "b"}),
        ("/v1/x.y/{id}", "/v1/xzy/a", None),
    ],
)
def test_templates_match_as_google_api_http_says(template, path, found):
    """`{x}` is a segment, `{x=**}` any number of them."""
    match = path_pattern(template).fullmatch(path)

    assert found == (match and match.groupdict())


@pytest.mark.parametrize(
    ("body", "code", "param"),
    [
        (b"", "invalid_json", None),
        (b"{", "invalid_json", None),
        (b'{"model":"\xff"}', "invalid_json", None),
        (
            b'{"model":"m","messages":[{"role":"user"}],"not_read_here":"\xff"}',
            "invalid_json",
            None,
        ),
        (
            b'{"model":"m","messages":[{"role":"user","audio":%b' % (b"[" * 100_000),
            "invalid_json",
            None,
        ),
        (b"[]", "invalid_value", None),
        (b"{}", "missing_required_parameter", "model"),
        (b'{"model":"m","messages":[{}]}', "missing_required_parameter", "messages[0].role"),
        (b'{"model":"m","messages":[]}', "invalid_value", "messages"),
        (b'{"model":1,"messages":[]}', "invalid_value", "model"),
        (b'{"model":"m","messages":[{"role":"user"}],"n":0}', "invalid_value", "n"),
        (
            b'{"model":"m","messages":[{"role":"user","content":[{"type":1}]}]}',
            "invalid_value",
            "messages[0].content[0].type",
        ),
    ],
)
async def test_wrong_bodies_are_told_what_is_wrong(rest, inference, body, code, param):
    """By the field's path, as OpenAI does."""
    answer = await rest("CreateChatCompletion", body)

    assert grpc.StatusCode.INVALID_ARGUMENT == answer.code
    assert (code, param) == (answer.envelope["code"], answer.envelope["param"])
    assert [] == inference.requests


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", "text/json"])
def test_bodies_of_other_types_are_refused(kind):
    """Web pages may send these to any address, a laptop's loopback too, without asking it first."""
    with pytest.raises(UnsupportedMediaType) as refused:
        check_type(kind)

    assert 415 == refused.value.status


@pytest.mark.parametrize("kind", ["application/json", "Application/JSON; charset=utf-8", ""])
def test_json_has_several_names(kind):
    """The header has parameters and any case, and plain clients leave it out."""
    check_type(kind)
