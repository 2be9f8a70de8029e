"""The generated stubs against a running fleet, through the gateway's one port: gRPC and gRPC-Web."""

import struct

import grpc
import pytest
from google.protobuf.json_format import ParseDict
from google.rpc.error_details_pb2 import ErrorInfo
from grpc_status import rpc_status

from fleet.inference.v1 import (
    chat_pb2,
    completion_pb2,
    embedding_pb2,
    inference_pb2_grpc,
    models_pb2,
    models_pb2_grpc,
    rerank_pb2,
)
from fleet.inspect.v1 import inspect_pb2, inspect_pb2_grpc

pytestmark = pytest.mark.timeout(600)  # the first test waits for the fleet

SERVICE = "/fleet.inference.v1.InferenceService"
WEB = "application/grpc-web+proto"
TRAILER_FRAME = 0x80


@pytest.fixture(scope="module")
def channel(fleet):
    with grpc.insecure_channel(fleet.target) as channel:
        yield channel


@pytest.fixture
def inference(channel):
    return inference_pb2_grpc.InferenceServiceStub(channel)


@pytest.fixture
def models(channel):
    return models_pb2_grpc.ModelServiceStub(channel)


def asked(model, **more):
    message = chat_pb2.ChatMessage(role="user", content=chat_pb2.ChatContent(text="Hello there"))
    return chat_pb2.ChatCompletionRequest(model=model, messages=[message], max_tokens=3, **more)


def test_chat(inference, side):
    """The typed answer is the REST answer's twin."""
    answer = inference.CreateChatCompletion(asked(side.chat))
    (choice,) = answer.choices

    assert side.chat == answer.model
    assert choice.message.content
    assert choice.finish_reason in ("stop", "length")
    assert answer.usage.prompt_tokens + answer.usage.completion_tokens == answer.usage.total_tokens


def test_streamed_chat(inference, side):
    """Chunk by chunk; the pieces are the whole."""
    whole = inference.CreateChatCompletion(asked(side.chat, temperature=0))
    chunks = list(inference.StreamChatCompletion(asked(side.chat, temperature=0)))

    assert len(chunks) > 1
    assert {side.chat} == {chunk.model for chunk in chunks}
    assert whole.choices[0].message.content == "".join(
        choice.delta.content for chunk in chunks for choice in chunk.choices
    )


def test_unknown_fields_go_along(inference, upstream):
    """A typed caller puts what the contract lacks under `extra`; the model server finds it at the top."""
    inference.CreateChatCompletion(asked("remote/chat", extra={"guided_choice": '["a"]'}))
    sent = upstream.requests[-1].json()

    assert ["a"] == sent["guided_choice"]
    assert 3 == sent["max_tokens"]


def test_completion(inference, side):
    """And its stream."""
    request = completion_pb2.CompletionRequest(
        model=side.chat, prompt=completion_pb2.Prompt(text="One two"), max_tokens=2
    )
    chunks = list(inference.StreamCompletion(request))

    assert inference.CreateCompletion(request).choices[0].text
    assert "".join(choice.text for chunk in chunks for choice in chunk.choices)


def test_embeddings(inference, side):
    """Both formats arrive in their own field."""
    fields = {"model": side.embedding, "input": {"text": "one"}}
    plain = inference.CreateEmbedding(ParseDict(fields, embedding_pb2.EmbeddingRequest()))
    fields["encoding_format"] = "base64"
    packed = inference.CreateEmbedding(ParseDict(fields, embedding_pb2.EmbeddingRequest()))

    assert side.dimensions == len(plain.data[0].embedding.floats.values)
    assert packed.data[0].embedding.base64


def test_rerank(inference):
    """Best first."""
    items = [rerank_pb2.RerankText(text=text) for text in ("a grey stone", "a red apple")]
    query = rerank_pb2.RerankText(text="red fruit")
    request = rerank_pb2.RerankRequest(model="encoder", query=query, items=items)

    assert [1, 0] == [found.index for found in inference.Rerank(request).data]


def test_models(models, inference):
    """List, get, register, use, unregister."""
    listed = [model.id for model in models.ListModels(models_pb2.ListModelsRequest()).data]
    nickname = models_pb2.RegisterModelRequest(
        model_id="typed-nickname", provider_id="remote", provider_model_id="chat"
    )
    made = models.RegisterModel(nickname)
    said = inference.CreateChatCompletion(asked("typed-nickname"))
    name = models_pb2.UnregisterModelRequest(model_id="typed-nickname")

    assert "engine" in listed
    assert "llm" == models.GetModel(models_pb2.GetModelRequest(model_id="engine")).model_type
    assert "chat" == made.provider_resource_id
    assert "typed-nickname" == said.model
    assert models.UnregisterModel(name).deleted


def test_inspect(channel):
    """The fleet's own service is there as well."""
    inspect = inspect_pb2_grpc.InspectServiceStub(channel)

    assert inspect.GetVersion(inspect_pb2.GetVersionRequest()).version


@pytest.mark.parametrize(
    ("model", "status", "reason"),
    [
        ("nope", grpc.StatusCode.NOT_FOUND, "model_not_found"),
        ("encoder", grpc.StatusCode.INVALID_ARGUMENT, "model_type_mismatch"),
        ("remote/fail-429", grpc.StatusCode.RESOURCE_EXHAUSTED, "made_to_fail"),
        ("down/chat", grpc.StatusCode.UNAVAILABLE, "upstream_unreachable"),
        ("impatient/hang", grpc.StatusCode.DEADLINE_EXCEEDED, "upstream_timeout"),
    ],
)
def test_failures_have_a_status_and_a_reason(inference, model, status, reason):
    """A program can tell failures apart without reading their text."""
    with pytest.raises(grpc.RpcError) as caught:
        inference.CreateChatCompletion(asked(model))
    info = ErrorInfo()
    rpc_status.from_call(caught.value).details[0].Unpack(info)

    assert status == caught.value.code()
    assert reason == info.reason


def test_failure_in_mid_stream_is_the_status_of_the_call(inference):
    """After the chunks that came."""
    stream = inference.StreamChatCompletion(asked("remote/error-mid-stream"))
    seen = []
    with pytest.raises(grpc.RpcError, match="The engine fell over"):
        seen.extend(stream)

    assert seen or stream.code() is not grpc.StatusCode.OK


def web(wire, method, request):
    """Call a method as browsers do, and return messages and trailers."""
    message = request.SerializeToString()
    frame = struct.pack(">BI", 0, len(message)) + message
    headers = {"content-type": WEB, "accept": WEB, "x-grpc-web": "1"}
    answer = wire.call("POST", f"{SERVICE}/{method}", frame, headers)
    messages, trailers, rest = [], b"", answer.body
    while rest:
        flags, size = struct.unpack(">BI", rest[:5])
        content, rest = rest[5 : 5 + size], rest[5 + size :]
        if flags & TRAILER_FRAME:
            trailers = content
        else:
            messages.append(content)
    return answer, messages, trailers.decode()


def test_grpc_web(wire, side):
    """Browsers need no other port, and no proxy of their own."""
    answer, messages, trailers = web(wire, "CreateChatCompletion", asked(side.chat))
    (message,) = messages

    assert WEB == answer.headers["content-type"]
    assert chat_pb2.ChatCompletion.FromString(message).choices[0].message.content
    assert "grpc-status:0" in trailers.replace(" ", "")


def test_grpc_web_streams(wire, side):
    """Each chunk is a frame."""
    _, messages, _ = web(wire, "StreamChatCompletion", asked(side.chat))
    chunks = [chat_pb2.ChatCompletionChunk.FromString(message) for message in messages]

    assert len(chunks) > 1
    assert "".join(c.delta.content for chunk in chunks for c in chunk.choices)


def test_grpc_web_errors(wire):
    """As gRPC has them, not as JSON."""
    answer, messages, trailers = web(wire, "CreateChatCompletion", asked("nope"))
    status = answer.headers.get("grpc-status") or trailers

    assert [] == messages
    assert "5" in status
