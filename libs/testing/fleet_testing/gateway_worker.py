"""A service behind the gateway, as a process: the body of each call says what it does.

It serves every method of the REST faces, and two typed ones, with the options of all services.
"""

import argparse
import asyncio
import json
import os
import signal
from collections import Counter
from collections.abc import AsyncGenerator, Iterator
from typing import Any, TypeAlias

import grpc
from google.api.httpbody_pb2 import HttpBody
from google.rpc import error_details_pb2, status_pb2
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from fleet.inference.v1 import chat_pb2, models_pb2
from fleet_gateway.contract import read_contract, rest_face
from fleet_runtime.grpc_options import OPTIONS

Context: TypeAlias = grpc.aio.ServicerContext[Any, Any]
Json: TypeAlias = dict[str, Any]

INFERENCE = "fleet.inference.v1.InferenceService"
MODELS = "fleet.inference.v1.ModelService"
INSPECT = "fleet.inspect.v1.InspectService"
EVENTS = "text/event-stream"
MESSAGE = 256 << 10
FOR_EVER = 3600
DRAIN = 10
NOTICE = 2.5


class Worker:
    """What the worker does, and what it has counted."""

    def __init__(self) -> None:
        self.counts: Counter[str] = Counter()
        self._actions = {
            "abort": self._abort,
            "big": self._big,
            "echo": self._echo,
            "hang": self._hang,
            "stream": self._stream,
        }

    async def rest(self, request: HttpBody, context: Context) -> None:
        """Answer a call of a REST face as its body says: `{"do": "stream", "chunks": 3}`."""
        do: Json = {}
        if request.data.startswith(b'{"do":'):
            do = json.loads(request.data)
        self.counts.update(("calls", do.get("key", "")))
        try:
            await self._actions[do.get("do", "echo")](request, context, do)
        except asyncio.CancelledError:
            self.counts["cancelled"] += 1
            raise

    async def _echo(self, request: HttpBody, context: Context, _: Json) -> None:
        """Tell what came, who this is, and what was counted."""
        answer = {
            "body": request.data.decode(errors="replace"),
            "content_type": request.content_type,
            "counts": self.counts,
            "metadata": [
                (key, value if isinstance(value, str) else value.hex())
                for key, value in context.invocation_metadata() or ()
            ],
            "pid": os.getpid(),
        }
        data = json.dumps(answer).encode()
        await context.write(HttpBody(content_type="application/json", data=data))

    async def _stream(self, _: HttpBody, context: Context, do: Json) -> None:
        """Send `chunks` events, with `gap` seconds between them; then `abort` with that code."""
        await context.write(HttpBody(content_type=EVENTS, data=b"data: 0\n\n"))
        for number in range(1, do["chunks"]):
            await asyncio.sleep(do.get("gap", 0))
            await context.write(HttpBody(data=b"data: %d\n\n" % number))
        if "abort" in do:
            await context.write(HttpBody(data=b'data: {"error":{"message":"broke"}}\n\n'))
            await context.abort(grpc.StatusCode[do["abort"]], "broke")
        await context.write(HttpBody(data=b"data: [DONE]\n\n"))

    async def _big(self, _: HttpBody, context: Context, do: Json) -> None:
        """Send as many `messages` of the largest size."""
        for _number in range(do["messages"]):
            await context.write(HttpBody(content_type="text/plain", data=b"x" * MESSAGE))

    async def _hang(self, _: HttpBody, context: Context, do: Json) -> None:
        """Send one event if asked to `begin`, and then nothing."""
        if do.get("begin"):
            await context.write(HttpBody(content_type=EVENTS, data=b"data: 0\n\n"))
        await asyncio.sleep(FOR_EVER)

    async def _abort(self, request: HttpBody, context: Context, do: Json) -> None:
        """Fail with `code`; after as many `times` for the same `key`, echo."""
        if "times" in do and self.counts[do["key"]] > do["times"]:
            await self._echo(request, context, do)
            return
        if do.get("initial"):
            await context.send_initial_metadata((("x-initial", "1"),))
        trailers = [(name, value) for name, value in do.get("trailers", ())]
        if "details" in do:
            trailers.append(("grpc-status-details-bin", _details(known=do["details"] == "known")))
        await context.abort(grpc.StatusCode[do["code"]], do.get("message", ""), tuple(trailers))

    async def list_models(
        self, _: models_pb2.ListModelsRequest, context: Context
    ) -> models_pb2.ModelList:
        """Answer the typed method; fail if the metadata has `x-fail`."""
        if any(key == "x-fail" for key, _ in context.invocation_metadata() or ()):
            await context.abort(grpc.StatusCode.NOT_FOUND, "not here")
        return models_pb2.ModelList(data=[models_pb2.ModelSummary(id="m")])

    async def stream_chat(
        self, request: chat_pb2.ChatCompletionRequest, _: Context
    ) -> AsyncGenerator[chat_pb2.ChatCompletionChunk, None]:
        """Answer the typed stream, which the model `hang` never ends."""
        for number in range(3):
            yield chat_pb2.ChatCompletionChunk(id=str(number))
        if request.model == "hang":
            await asyncio.sleep(FOR_EVER)


def _details(*, known: bool) -> bytes:
    """Return the details of an error: of a type that the gateway knows, or of another."""
    status = status_pb2.Status(code=grpc.StatusCode.NOT_FOUND.value[0], message="gone")
    if known:
        status.details.add().Pack(error_details_pb2.ErrorInfo(reason="gone", domain="test"))
    else:
        status.details.add(type_url="type.googleapis.com/nobody.Knows", value=b"x")
    return bytes(status.SerializeToString())


def handlers(worker: Worker) -> Iterator[grpc.GenericRpcHandler]:
    """Yield the handlers of all REST faces, and of the typed methods."""
    raw = grpc.unary_stream_rpc_method_handler(
        worker.rest, HttpBody.FromString, HttpBody.SerializeToString
    )
    for services in read_contract(rest_face()).values():
        for service in services:
            if service.rest:
                methods = dict.fromkeys(service.methods, raw)
                yield grpc.method_handlers_generic_handler(service.name, methods)
    models = grpc.unary_unary_rpc_method_handler(
        worker.list_models,
        models_pb2.ListModelsRequest.FromString,
        models_pb2.ModelList.SerializeToString,
    )
    yield grpc.method_handlers_generic_handler(MODELS, {"ListModels": models})
    chat = grpc.unary_stream_rpc_method_handler(
        worker.stream_chat,
        chat_pb2.ChatCompletionRequest.FromString,
        chat_pb2.ChatCompletionChunk.SerializeToString,
    )
    yield grpc.method_handlers_generic_handler(INFERENCE, {"StreamChatCompletion": chat})


async def serve(listen: str) -> None:
    """Serve until SIGTERM, then send callers away and let the present calls end."""
    server = grpc.aio.server(options=OPTIONS)
    server.add_generic_rpc_handlers(tuple(handlers(Worker())))
    status = health.aio.HealthServicer()
    health_pb2_grpc.add_HealthServicer_to_server(status, server)
    for name in ("", INFERENCE, INSPECT):
        await status.set(name, health_pb2.HealthCheckResponse.SERVING)
    reflection.enable_server_reflection((INFERENCE, INSPECT, reflection.SERVICE_NAME), server)
    server.add_insecure_port(listen)
    await server.start()
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await stop.wait()
    await status.enter_graceful_shutdown()
    # A call that arrives as the server stops is cancelled unread: first let the gateway notice.
    await asyncio.sleep(NOTICE)
    await server.stop(DRAIN)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--listen", required=True)
    asyncio.run(serve(parser.parse_args().listen))
