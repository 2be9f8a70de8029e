"""Uploads and downloads, and answers without a body, by both faces and by both servers."""

import asyncio
import hashlib
import json
import time

import grpc
import msgspec
import pytest
from google.api.httpbody_pb2 import HttpBody

from fleet.files.v1 import files_pb2
from fleet.files.v1 import messages as m
from fleet.files.v1.files_pb2_grpc import FileServiceStub
from fleet.files.v1.operations import FileServiceClient, bind_file_service
from fleet.tools.v1 import messages as t
from fleet.tools.v1.operations import McpServiceClient, bind_mcp_service
from fleet.vector_io.v1 import messages as v
from fleet.vector_io.v1.operations import LegacyVectorServiceClient, bind_legacy_vector_service
from fleet_runtime.call import Call
from fleet_runtime.clients import Channel
from fleet_runtime.coalesce import LIMIT
from fleet_runtime.download import NO_MESSAGE, disposition
from fleet_runtime.errors import (
    DeadlineExceeded,
    FleetError,
    InvalidArgument,
    NotFound,
    TooLarge,
    UpstreamFailed,
)
from fleet_runtime.grpc_options import OPTIONS
from fleet_runtime.serve import serving
from fleet_runtime.upload import UNREAD

pytestmark = pytest.mark.slow

KIND = "multipart/form-data; boundary=b"
PURPOSE = b'--b\r\nContent-Disposition: form-data; name="purpose"\r\n\r\nbatch\r\n'
HEAD = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.txt"\r\n\r\n'
END = b"\r\n--b--\r\n"
ASK = m.UploadFileRequest(filename="a.txt", content_type="text/plain", file=b"", purpose="batch")


class Files:
    """Keeps files in memory, whole or not at all."""

    def __init__(self):
        self.kept = {}
        self.pieces = 0
        self.broken = asyncio.Queue()
        self.limit = 1 << 40
        self.pause = 0.0
        self.read_content = True
        self.answer = []
        self.closed = asyncio.Event()

    async def upload_file(self, upload, call):
        data = bytearray()
        try:
            if self.read_content:
                await self._read(upload, data)
            form = await upload.form()
        except BaseException as error:
            self.broken.put_nowait(error)
            raise
        self.kept[form.filename] = bytes(data)
        digest = hashlib.sha256(data).hexdigest()
        facts = {"filename": form.filename, "purpose": form.purpose, "status": form.content_type}
        return m.File(id=digest, bytes=len(data), created_at=int(upload.has_file), **facts)

    async def _read(self, upload, data):
        async for piece in upload.content():
            data += piece
            self.pieces += 1
            if len(data) > self.limit:
                raise TooLarge("too large", code="file_too_large")
            await asyncio.sleep(self.pause)

    async def get_file_content(self, request, call):
        if request.file_id == "missing":
            raise NotFound("no such file", code="file_not_found")
        return self._stream()

    async def _stream(self):
        try:
            for item in self.answer:
                if isinstance(item, Exception):
                    raise item
                yield item
        finally:
            self.closed.set()

    async def exchange_mcp_message(self, request, call):
        return None

    async def unregister_vector_db(self, request, call):
        return None

    async def _unused(self, request, call):
        raise NotImplementedError

    list_files = get_file = delete_file = list_vector_dbs = register_vector_db = _unused
    get_vector_db = insert_documents = query_documents = _unused


@pytest.fixture
def files():
    return Files()


@pytest.fixture(params=["native", "core"])
async def address(files, request, monkeypatch):
    """The address of a server that serves `files`."""
    monkeypatch.setenv("FLEET_GRPC", request.param)
    async with serving(
        [bind_file_service(files), bind_legacy_vector_service(files), bind_mcp_service(files)]
    ) as address:
        yield address


@pytest.fixture
async def channel(address):
    async with grpc.aio.insecure_channel(address, options=OPTIONS) as channel:
        yield channel


@pytest.fixture
async def elsewhere(address, monkeypatch):
    """What another service of the fleet calls this one by."""
    monkeypatch.setenv("FLEET_ADDRESSES", f"files={address}")
    channel = Channel("files")
    yield channel
    await channel.aclose()


@pytest.fixture
def client(elsewhere):
    return FileServiceClient(elsewhere)


async def rest(channel, rpc, *messages, service="files.v1.FileService", path="/v1/files"):
    """Call the REST face as the transcoder does; return what came, its headers, and the trailers of an error."""
    method = channel.stream_stream(
        f"/fleet.{service}Rest/{rpc}",
        request_serializer=HttpBody.SerializeToString,
        response_deserializer=message_or_none,
    )
    call = method(iter(messages), metadata=(("x-envoy-original-path", path),))
    bodies, trailers = [], {}
    try:
        async for body in call:
            bodies.append(body)  # noqa: PERF401 - what came before an error counts
    except grpc.aio.AioRpcError as error:
        trailers = dict(error.trailing_metadata())
    return bodies, dict(await call.initial_metadata() or ()), trailers


def message_or_none(data):
    return None if data == NO_MESSAGE else HttpBody.FromString(data)


def form(*chunks, kind=KIND):
    """Return a form as the transcoder sends it: the first message has the type."""
    first = HttpBody(content_type=kind, data=chunks[0] if chunks else b"")
    return [first, *(HttpBody(data=chunk) for chunk in chunks[1:])]


async def test_a_form_is_a_file_with_its_fields(channel, files):
    """The bytes as they are, however they were cut."""
    data = bytes(range(256)) * 4000
    body = PURPOSE + HEAD + data + END
    chunks = [body[start : start + 50_000] for start in range(0, len(body), 50_000)]
    bodies, _, _ = await rest(channel, "UploadFile", *form(*chunks))
    told = json.loads(bodies[0].data)

    assert {"a.txt": data} == files.kept
    assert (len(data), "batch", "") == (told["bytes"], told["purpose"], told["status"])
    assert 1 == told["created_at"]


@pytest.mark.parametrize(
    ("messages", "told"),
    [
        ([], ("415", "unsupported_media_type", None)),
        (form(b"{}", kind="application/json"), ("415", "unsupported_media_type", None)),
        (form(b"x", kind="multipart/form-data"), ("400", "invalid_form", None)),
        (form(b"{}"), ("400", "invalid_form", None)),
        (form(PURPOSE, HEAD, b"cut o"), ("400", "invalid_form", None)),
        (form(PURPOSE, b"--b--\r\n"), ("400", "missing_required_parameter", "file")),
        (form(HEAD, b"x", END), ("400", "missing_required_parameter", "purpose")),
        (form(PURPOSE.replace(b"batch", b"x"), HEAD, END), ("400", "invalid_value", "purpose")),
    ],
)
async def test_wrong_forms_are_refused(channel, files, messages, told):
    """In the envelope of all errors, and nothing is kept."""
    bodies, _, trailers = await rest(channel, "UploadFile", *messages)
    error = json.loads(trailers["x-fleet-error"])["error"]

    assert [] == bodies
    assert told == (trailers["x-fleet-status"], error["code"], error["param"])
    assert {} == files.kept


async def refusal(channel, *messages):
    """Send the beginning of a form, and return the status by which the rest is refused."""
    call = channel.stream_stream(
        "/fleet.files.v1.FileServiceRest/UploadFile", request_serializer=HttpBody.SerializeToString
    )()
    for message in messages:
        await call.write(message)
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await asyncio.wait_for(call.read(), 10)
    return dict(caught.value.trailing_metadata())["x-fleet-status"]


async def test_a_refusal_does_not_wait_for_the_rest(channel, files):
    """A file that is too large is not read to its end."""
    files.limit = 1000

    assert "413" == await refusal(channel, *form(PURPOSE + HEAD + b"x" * 2000))


async def test_what_was_not_read_is_passed_over(channel, files):
    """A little of it: whoever needs no file can do without its bytes."""
    files.read_content = False
    bodies, _, _ = await rest(channel, "UploadFile", *form(PURPOSE + HEAD + b"x" * 1000 + END))

    assert "batch" == json.loads(bodies[0].data)["purpose"]


async def test_a_form_is_not_had_before_its_content(channel, files):
    """A service that forgets to read a file must not look as if it had."""
    files.read_content = False
    chunks = [b"x" * LIMIT] * (UNREAD // LIMIT)

    assert "500" == await refusal(channel, *form(PURPOSE + HEAD, *chunks, b"x"))


async def test_a_caller_who_leaves_breaks_a_form_off(channel, files):
    """The service sees it, and cleans up."""
    call = channel.stream_stream(
        "/fleet.files.v1.FileServiceRest/UploadFile", request_serializer=HttpBody.SerializeToString
    )()
    await call.write(HttpBody(content_type=KIND, data=PURPOSE + HEAD + b"x" * 2000))
    await eventually(lambda: files.pieces)
    call.cancel()

    assert await asyncio.wait_for(files.broken.get(), 10)
    assert {} == files.kept


async def eventually(claim):
    async with asyncio.timeout(10):
        while not claim():  # noqa: ASYNC110 - what is waited for is another task's
            await asyncio.sleep(0.001)


async def content(data, size=1000):
    for start in range(0, len(data), size):
        yield data[start : start + size]


async def test_typed_callers_send_the_file_in_pieces(channel, files):
    """The fields come first; pieces may come with them."""
    stub = FileServiceStub(channel)
    first = files_pb2.UploadFileRequest(filename="b", purpose="batch", file=b"1")
    more = [files_pb2.UploadFileRequest(file=b"2"), files_pb2.UploadFileRequest()]
    told = await stub.UploadFile(iter([first, *more]))

    assert {"b": b"12"} == files.kept
    assert (2, "batch") == (told.bytes, told.purpose)


async def test_services_upload_by_their_clients(client, files):
    """Piece by piece, in messages of a bounded size."""
    data = b"abc" * LIMIT
    told = await client.upload_file(ASK, Call("/m"), content(data, 2 * LIMIT))

    assert {"a.txt": data} == files.kept
    assert ("text/plain", len(data)) == (told.status, told.bytes)
    assert 3 == files.pieces


async def test_small_files_need_no_pieces(client, files):
    """They go along with the fields."""
    await client.upload_file(msgspec.structs.replace(ASK, file=b"small"), Call("/m"))

    assert {"a.txt": b"small"} == files.kept


async def test_typed_fields_are_checked(client, channel, files):
    """As those of forms are."""
    wrong = files_pb2.UploadFileRequest(filename="b", purpose="x")
    with pytest.raises(grpc.aio.AioRpcError, match="purpose"):
        await FileServiceStub(channel).UploadFile(iter([wrong]))
    with pytest.raises(grpc.aio.AioRpcError, match="purpose"):
        await FileServiceStub(channel).UploadFile(iter([]))

    assert {} == files.kept


async def test_a_source_that_fails_leaves_nothing(client, files):
    """Half a file would else look whole."""

    async def failing():
        yield b"half"
        raise OSError("the disk is gone")

    for _ in range(20):
        with pytest.raises(OSError, match="disk"):
            await client.upload_file(ASK, Call("/m"), failing())

    # Of a call that ended before it was read the service hears nothing at all.
    assert await asyncio.wait_for(files.broken.get(), 10)
    assert {} == files.kept


async def test_typed_callers_who_leave_leave_nothing(channel, files):
    """GRPC tells the service that the messages are at their end, and only then that the caller is gone."""
    method = FileServiceStub(channel).UploadFile
    for _ in range(30):
        call = method()
        await call.write(
            files_pb2.UploadFileRequest(filename="b", purpose="batch", file=b"x" * 999)
        )
        call.cancel()
    call = method()
    await call.write(files_pb2.UploadFileRequest(filename="b", purpose="batch", file=b"x"))
    await eventually(lambda: files.pieces)
    call.cancel()
    assert await asyncio.wait_for(files.broken.get(), 10)

    assert {} == files.kept


async def test_uploads_have_deadlines(client, files):
    """A sender that stalls holds nobody up."""

    async def stalling():
        yield b"half"
        await asyncio.sleep(60)

    for _ in range(5):
        call = Call("/m", (), time.monotonic() + 0.3)
        with pytest.raises(DeadlineExceeded):
            await asyncio.wait_for(client.upload_file(ASK, call, stalling()), 10)

        assert await asyncio.wait_for(files.broken.get(), 10)
    assert {} == files.kept


async def test_refused_uploads_say_why(client, files):
    """And the source is asked for no more."""
    files.limit, asked = 1000, 0

    async def endless():
        nonlocal asked
        while asked < 100_000:
            asked += 1
            yield b"x" * 1000

    with pytest.raises(UpstreamFailed, match="too large") as caught:
        await client.upload_file(ASK, Call("/m"), endless())

    assert (413, "file_too_large") == (caught.value.status, caught.value.code)
    assert asked < 100_000


async def test_a_slow_service_holds_the_sender_back(client, files):
    """What it has not asked for is not in its memory."""
    files.pause, sent = 0.05, 0

    async def counted():
        nonlocal sent
        for _ in range(200):
            sent += 1
            yield b"x" * LIMIT

    task = asyncio.create_task(client.upload_file(ASK, Call("/m"), counted()))
    await eventually(lambda: files.pieces > 3)

    assert sent < 40 + files.pieces
    task.cancel()
    await asyncio.wait([task])


def pieces(*data, **first):
    return [
        m.FileContent(data=one, **(first if place == 0 else {})) for place, one in enumerate(data)
    ]


async def test_a_download_is_bytes(channel, files):
    """With their type and name, in messages that the gateway passes."""
    files.answer = pieces(
        b"x" * LIMIT + b"y", b"z", content_type="text/csv; charset=utf-8", filename="plan.csv"
    )
    bodies, headers, _ = await rest(
        channel, "GetFileContent", HttpBody(), path="/v1/files/f/content"
    )

    assert [LIMIT, 1, 1] == [len(body.data) for body in bodies]
    assert ["text/csv; charset=utf-8", "", ""] == [body.content_type for body in bodies]
    assert (
        "attachment; filename=\"plan.csv\"; filename*=UTF-8''plan.csv"
        == (headers["content-disposition"])
    )
    assert "nosniff" == headers["x-content-type-options"]


@pytest.mark.parametrize("kind", [None, "", "x", "text/html\r\nset-cookie: x", "text/ü"])
async def test_types_that_are_none_are_octets(channel, files, kind):
    """Uploaders write them; they must not make headers of their own."""
    files.answer = pieces(b"x", content_type=kind)
    bodies, headers, _ = await rest(
        channel, "GetFileContent", HttpBody(), path="/v1/files/f/content"
    )

    assert "application/octet-stream" == bodies[0].content_type
    assert "attachment" == headers["content-disposition"]


async def test_empty_files_are_answers(channel, files):
    """With a type, though without a byte."""
    for files.answer in ([], pieces(b"", content_type="text/csv")):
        bodies, _, trailers = await rest(
            channel, "GetFileContent", HttpBody(), path="/v1/files/f/content"
        )

        assert {} == trailers
        assert b"" == b"".join(body.data for body in bodies)
        assert bodies[0].content_type


async def test_what_fails_before_the_first_byte_is_an_error(channel, files):
    """From the method, or from the stream."""
    files.answer = [NotFound("gone", code="file_gone")]
    for name, code in (("missing", "file_not_found"), ("f", "file_gone")):
        path = f"/v1/files/{name}/content"
        bodies, _, trailers = await rest(channel, "GetFileContent", HttpBody(), path=path)

        assert ([], "404") == (bodies, trailers["x-fleet-status"])
        assert code == json.loads(trailers["x-fleet-error"])["error"]["code"]


async def test_what_fails_later_breaks_the_transfer_off(channel, files):
    """By a message at which the transcoder resets the stream: half a file must not look whole."""
    files.answer = [*pieces(b"half"), RuntimeError("the disk is gone")]
    bodies, _, trailers = await rest(
        channel, "GetFileContent", HttpBody(), path="/v1/files/f/content"
    )

    assert [b"half"] == [body.data for body in bodies[:-1]]
    assert bodies[-1] is None
    assert "disk" not in str(trailers)


async def test_services_download_by_their_clients(client, files):
    """The messages of the other service, and its errors."""
    files.answer = [*pieces(b"a", b"b", filename="f"), InvalidArgument("no")]
    stream = client.get_file_content(m.GetFileContentRequest(file_id="f"), Call("/m"))

    assert m.FileContent(data=b"a", filename="f") == await anext(stream)
    assert m.FileContent(data=b"b") == await anext(stream)
    with pytest.raises(FleetError, match="no"):
        await anext(stream)


async def test_a_reader_who_leaves_closes_the_file(client, files):
    """Else it stays open for nobody."""
    files.answer = pieces(*[b"x" * LIMIT] * 1000)
    stream = client.get_file_content(m.GetFileContentRequest(file_id="f"), Call("/m"))
    await anext(stream)
    await stream.aclose()

    await asyncio.wait_for(files.closed.wait(), 10)


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("a b.txt", "attachment; filename=\"a b.txt\"; filename*=UTF-8''a%20b.txt"),
        ('ü";\r\n', "attachment; filename=\"__;__\"; filename*=UTF-8''%C3%BC%22%3B%0D%0A"),
        ("../x", "attachment; filename=\"../x\"; filename*=UTF-8''..%2Fx"),
    ],
)
def test_names_are_safe_in_headers(name, header):
    """Uploaders write them too."""
    assert header == disposition(name)


async def test_nothing_is_an_answer(channel, elsewhere):
    """Over REST it is one of 204, which the gateway makes of it."""
    bodies, headers, trailers = await rest(
        channel,
        "UnregisterVectorDb",
        HttpBody(),
        service="vector_io.v1.LegacyVectorService",
        path="/v1/vector-dbs/x",
    )
    request = v.UnregisterVectorDbRequest(vector_db_id="x")

    assert ([], {}, "204") == (bodies, trailers, headers["x-fleet-status"])
    assert (
        await LegacyVectorServiceClient(elsewhere).unregister_vector_db(request, Call("/m")) is None
    )


async def test_where_an_answer_is_due_none_says_that_the_request_was_taken(channel, elsewhere):
    """Over REST it is one of 202: there is nothing to say to a notification."""
    bodies, headers, trailers = await rest(
        channel,
        "ExchangeMcpMessage",
        HttpBody(data=b"{}"),
        service="tools.v1.McpService",
        path="/v1/mcp/x",
    )
    request = t.McpMessage(toolgroup_id="x")

    assert ([], {}, "202") == (bodies, trailers, headers["x-fleet-status"])
    assert await McpServiceClient(elsewhere).exchange_mcp_message(request, Call("/m")) is None
