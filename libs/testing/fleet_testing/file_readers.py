"""Fakes of servers that read files: docling-serve and Unstructured's API, real HTTP in their documented formats.

    async with docling_serve() as server:
        ...  # talk to server.url
        assert "true" == server.forms[-1].fields["do_ocr"][0]

What a file is called decides what happens to it:

    fail-<status>…   refused with that status
    encrypted…       refused as a file that wants a password
    broken…          told, in an answer of 200, to have failed
    hang…            never answered
    garbage…         answered with something that is no JSON
    any other        answered with a document of two pages: headings, texts, a list and a table

Formats: https://github.com/docling-project/docling-serve/blob/main/docs/usage.md and
https://docs.unstructured.io/api-reference/partition/overview
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from aiohttp import web

Json: TypeAlias = dict[str, Any]

_LARGEST = 256 * 1024 * 1024


@dataclass(frozen=True)
class SentForm:
    """A form that came in: its fields, and the file's name, type and bytes."""

    path: str
    headers: Mapping[str, str]
    fields: Mapping[str, list[str]]
    filename: str
    content_type: str
    content: bytes


@dataclass
class FileReader:
    """A server.

    Attributes:
        url: Where it is.
        key: The key that it wants, if it wants one.
        forms: Every form that came in, in order.
        left: How many clients left before their answer was complete.
        polls: How often a task is at work before it is done.
        tasks: What became of each task: the polls that are left, and the form.
    """

    url: str = ""
    key: str | None = None
    forms: list[SentForm] = field(default_factory=list)
    left: int = 0
    polls: int = 2
    tasks: dict[str, tuple[int, SentForm]] = field(default_factory=dict)


@asynccontextmanager
async def docling_serve(*, asynchronous: bool = True) -> AsyncGenerator[FileReader, None]:
    """Run a fake docling-serve; an older one has no asynchronous paths."""
    server = FileReader()
    routes = [web.post("/v1/convert/file", _handler(server, "x-api-key", _converted))]
    if asynchronous:
        routes += [
            web.post("/v1/convert/file/async", _handler(server, "x-api-key", _submitted)),
            web.get("/v1/status/poll/{task}", _status(server)),
            web.get("/v1/result/{task}", _result(server)),
        ]
    async with _running(server, routes):
        yield server


@asynccontextmanager
async def unstructured_api() -> AsyncGenerator[FileReader, None]:
    """Run a fake of Unstructured's partition endpoint."""
    server = FileReader()
    handler = _handler(server, "unstructured-api-key", _elements)
    async with _running(server, [web.post("/general/v0/general", handler)]):
        yield server


@asynccontextmanager
async def _running(server: FileReader, routes: list[web.RouteDef]) -> AsyncGenerator[None, None]:
    app = web.Application(client_max_size=_LARGEST)
    app.add_routes(routes)
    runner = web.AppRunner(app, handler_cancellation=True, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        server.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield
    finally:
        await runner.cleanup()


def _handler(
    server: FileReader, key_header: str, answer: Callable[[FileReader, SentForm], web.Response]
) -> Any:
    """Return what reads a form, makes trouble if the file's name asks for it, and else answers."""

    async def handle(request: web.Request) -> web.Response:
        if server.key is not None and request.headers.get(key_header) != server.key:
            return _detail(
                401, "API key is malformed, please type the API key correctly in the header."
            )
        form = await _form(request)
        server.forms.append(form)
        try:
            return await _trouble(form.filename) or answer(server, form)
        except asyncio.CancelledError:
            server.left += 1
            raise

    return handle


async def _form(request: web.Request) -> SentForm:
    content = await request.post()
    fields: dict[str, list[str]] = {}
    for name, value in content.items():
        if isinstance(value, str):
            fields.setdefault(name, []).append(value)
    file = content["files"]
    if not isinstance(file, web.FileField):
        raise web.HTTPUnprocessableEntity(text='{"detail": "files: Expected UploadFile"}')
    headers = {name.lower(): value for name, value in request.headers.items()}
    with file.file as held:
        data = held.read()
    return SentForm(request.path, headers, fields, file.filename, file.content_type, data)


async def _trouble(filename: str) -> web.Response | None:
    if filename.startswith("fail-"):
        return _detail(int(filename[5:8]), f"The server fails with {filename[5:8]}.")
    if filename.startswith("encrypted"):
        return _detail(422, "File is encrypted. Please decrypt it with password.")
    if filename.startswith("hang"):
        await asyncio.Event().wait()
    if filename.startswith("garbage"):
        return web.Response(text="<html>It works!</html>", content_type="text/html")
    return None


def _detail(status: int, text: str) -> web.Response:
    return web.json_response({"detail": text}, status=status)


def _converted(_: FileReader, form: SentForm) -> web.Response:
    if form.fields.get("to_formats") != ["json"]:
        return _detail(422, "to_formats: this fake writes json")
    broken = form.filename.startswith("broken")
    error = {"component_type": "document_backend", "module_name": "b", "error_message": "no PDF"}
    return web.json_response(
        {
            "document": {
                "filename": form.filename,
                "md_content": None,
                "json_content": None if broken else DOCLING_DOCUMENT,
                "html_content": None,
                "text_content": None,
                "doctags_content": None,
            },
            "status": "failure" if broken else "success",
            "processing_time": 0.1,
            "timings": {},
            "errors": [error] if broken else [],
        }
    )


def _submitted(server: FileReader, form: SentForm) -> web.Response:
    task = f"task-{len(server.tasks)}"
    server.tasks[task] = (server.polls, form)
    return web.json_response(_task(task, "pending"))


def _task(task: str, status: str) -> Json:
    return {
        "task_id": task,
        "task_type": "convert",
        "task_status": status,
        "task_position": 1,
        "task_meta": None,
        "error_message": None,
    }


def _status(server: FileReader) -> Any:
    async def handle(request: web.Request) -> web.Response:
        task = request.match_info["task"]
        polls, form = server.tasks[task]
        server.tasks[task] = (polls - 1, form)
        return web.json_response(_task(task, "started" if polls > 0 else "success"))

    return handle


def _result(server: FileReader) -> Any:
    async def handle(request: web.Request) -> web.Response:
        return _converted(server, server.tasks[request.match_info["task"]][1])

    return handle


def _elements(_: FileReader, form: SentForm) -> web.Response:
    if form.fields.get("output_format") != ["application/json"]:
        return _detail(422, "output_format: this fake writes application/json")
    if form.filename.startswith("broken"):
        return _detail(400, "File does not appear to be a valid PDF")
    return web.json_response([_element(*about) for about in ELEMENTS])


def _element(kind: str, text: str, page: int, more: Json) -> Json:
    metadata = {"filetype": "application/pdf", "languages": ["eng"], "page_number": page, **more}
    return {
        "type": kind,
        "element_id": "5ef1d1117721f0472c1ad825991d7d37",
        "text": text,
        "metadata": metadata,
    }


ELEMENTS: tuple[tuple[str, str, int, Json], ...] = (
    ("Header", "A journal", 1, {}),
    ("Title", "Fish", 1, {"category_depth": 0}),
    ("NarrativeText", "Fish swim.", 1, {}),
    ("PageBreak", "", 1, {}),
    ("Title", "Kinds", 2, {"category_depth": 1}),
    ("ListItem", "cod", 2, {}),
    ("ListItem", "eel", 2, {}),
    (
        "Table",
        "kind weight cod 3",
        2,
        {
            "text_as_html": "<table><tr><th>kind</th><th>weight</th></tr><tr><td>cod</td><td>3</td></tr></table>"
        },
    ),
    ("PageNumber", "2", 2, {}),
)
"""What Unstructured finds in every file: kinds, texts, pages, and more of their metadata."""


def _text(place: int, label: str, text: str, page: int, **more: Any) -> Json:
    layer = "furniture" if label == "page_header" else "body"
    return {
        "self_ref": f"#/texts/{place}",
        "parent": {"$ref": "#/body"},
        "children": [],
        "content_layer": layer,
        "label": label,
        "prov": [{"page_no": page, "bbox": {"l": 0, "t": 0, "r": 1, "b": 1}, "charspan": [0, 1]}],
        "orig": text,
        "text": text,
        **more,
    }


def _refs(*names: str) -> list[Json]:
    return [{"$ref": f"#/{name}"} for name in names]


DOCLING_DOCUMENT: Json = {
    "schema_name": "DoclingDocument",
    "version": "1.10.0",
    "name": "file",
    "body": {
        "self_ref": "#/body",
        "children": _refs("texts/0", "texts/1", "texts/2", "texts/3", "groups/0", "tables/0"),
        "content_layer": "body",
        "label": "unspecified",
    },
    "groups": [
        {
            "self_ref": "#/groups/0",
            "children": _refs("texts/4", "texts/5"),
            "content_layer": "body",
            "label": "list",
        }
    ],
    "texts": [
        _text(0, "page_header", "A journal", 1),
        _text(1, "title", "Fish", 1),
        _text(2, "text", "Fish swim.", 1),
        _text(3, "section_header", "Kinds", 2, level=1),
        _text(4, "list_item", "cod", 2, enumerated=False, marker="-"),
        _text(5, "list_item", "eel", 2, enumerated=False, marker="-"),
    ],
    "tables": [
        {
            "self_ref": "#/tables/0",
            "children": [],
            "content_layer": "body",
            "label": "table",
            "prov": [{"page_no": 2}],
            "captions": [],
            "data": {
                "num_rows": 2,
                "num_cols": 2,
                "grid": [[{"text": "kind"}, {"text": "weight"}], [{"text": "cod"}, {"text": "3"}]],
            },
        }
    ],
    "pictures": [],
    "pages": {"1": {"page_no": 1}, "2": {"page_no": 2}},
}
"""What Docling finds in every file."""
