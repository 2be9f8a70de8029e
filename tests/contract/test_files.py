"""The Files API and file processors, through the whole fleet."""

import json
import secrets
import subprocess
import time

import pytest

from fleet_testing.fleet import running_fleet

pytestmark = pytest.mark.timeout(600)  # the first test waits for the fleet

TEXT = b"# Animals\n\nThe okapi is a shy animal.\n"
SDKS = {
    "openai-2": "openai",
    "openai-3": "openai",
    "llama-stack-client": "llama_stack_client",
}


@pytest.fixture(scope="module")
def fleet():
    """A fleet that does nothing but keep files."""
    disk = {"id": "disk", "type": "inline::localfs"}
    config = {"providers": [disk], "store": {"database": {"url": "sqlite:///files.sqlite"}}}
    services = {
        "files": {"expose": True, "config": config},
        "inspect": {"expose": True, "config": {"services": ["files"]}},
    }
    with running_fleet({"services": services}) as fleet:
        yield fleet


@pytest.fixture
def wire(fleet, plain_http):
    return plain_http(fleet.target)


@pytest.mark.parametrize("client", SDKS)
def test_sdks_keep_files(client, fleet, client_bin, script):
    """Made, listed page by page, read back byte for byte, and deleted."""
    facts = {"base_url": fleet.base_url, "root": fleet.root, "sdk": SDKS[client]}
    run = subprocess.run(
        [client_bin(client) / "python", script("with_files"), json.dumps(facts)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    found = json.loads(run.stdout)["files"]

    assert "failed" not in found, found["failed"]
    assert found["made"][::-1] == found["listed"]
    assert ["3.jsonl", "batch", 9, "file"] == found["said"]
    assert 3600 == found["lifetime"]
    assert "{}\n{}\n{}\n" == found["content"]
    assert [found["id"], True, "file"] == found["deleted"]
    assert ["NotFoundError", 404] == [found["after"]["class"], found["after"]["status_code"]]
    assert "BadRequestError" == found["no_purpose"]["class"]


def form(*parts):
    """Return the headers and the body of a form; a part is a name, a filename or nothing, and the content."""
    boundary = secrets.token_hex(8)
    body = b""
    for name, filename, content in parts:
        named = f'; filename="{filename}"' if filename else ""
        body += (
            f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'.encode()
            + content
            + b"\r\n"
        )
    kind = f"multipart/form-data; boundary={boundary}"
    return {"content-type": kind}, body + f"--{boundary}--\r\n".encode()


def post(wire, path, *parts):
    headers, body = form(*parts)
    return wire.call("POST", path, body, headers)


def kept(wire, name="animals.md", content=TEXT):
    return post(
        wire, "/v1/files", ("purpose", None, b"assistants"), ("file", name, content)
    ).json()["id"]


def test_the_wire_has_what_openai_has(wire):
    """Every field, nulls too; both forms of `expires_after`."""
    answer = post(
        wire,
        "/v1/files",
        ("file", "a.md", TEXT),
        ("purpose", None, b"user_data"),
        ("expires_after", None, b'{"anchor": "created_at", "seconds": 7200}'),
    )
    file = answer.json()

    assert 200 == answer.status
    assert {
        "id": file["id"],
        "object": "file",
        "bytes": len(TEXT),
        "created_at": file["created_at"],
        "expires_at": file["created_at"] + 7200,
        "filename": "a.md",
        "purpose": "user_data",
        "status": "processed",
        "status_details": None,
    } == file


def test_downloads_are_never_pages(wire):
    """What callers upload must not run in a browser as if it were ours."""
    answer = wire.call("GET", f"/v1/files/{kept(wire, 'x.html', b'<script>')}/content")

    assert (200, b"<script>") == (answer.status, answer.body)
    assert answer.headers["content-disposition"].startswith('attachment; filename="x.html"')
    assert "nosniff" == answer.headers["x-content-type-options"]


def test_the_older_paths_work(wire):
    """Llama Stack had them until 0.3."""
    name = kept(wire)

    assert name == wire.call("GET", f"/v1/openai/v1/files/{name}").json()["id"]


def test_files_become_chunks(wire):
    """Sent along, or kept."""
    strategy = (
        b'{"type": "static", "static": {"max_chunk_size_tokens": 100, "chunk_overlap_tokens": 0}}'
    )
    process = "/v1alpha/file-processors/process"
    sent = post(
        wire, process, ("file", "animals.md", TEXT), ("chunking_strategy", None, strategy)
    ).json()
    name = kept(wire)
    by_id = post(wire, process, ("file_id", None, name.encode())).json()

    assert "okapi" in sent["chunks"][0]["content"]
    assert "inline::auto" == sent["metadata"]["processor"]
    assert name == by_id["chunks"][0]["chunk_metadata"]["document_id"]


def test_files_become_chunks_in_the_background(wire):
    """The job is there at once, and done soon."""
    jobs = "/v1alpha/file-processors/jobs"
    begun = post(wire, jobs, ("file", "animals.md", TEXT), ("options", None, b"{}")).json()
    job = begun
    deadline = time.monotonic() + 60
    while job["status"] in ("scheduled", "in_progress"):
        assert time.monotonic() < deadline
        job = wire.call("GET", f"{jobs}/{begun['job_id']}").json()
    listed = wire.call("GET", f"{jobs}?limit=100").json()
    cancelled = wire.post(f"{jobs}/{begun['job_id']}/cancel", {}).json()

    assert ("completed", None) == (job["status"], job["error"])
    assert "okapi" in job["result"]["chunks"][0]["content"]
    assert begun["job_id"] in [each["job_id"] for each in listed["data"]]
    assert "completed" == cancelled["status"]


@pytest.mark.parametrize(
    ("parts", "status", "param"),
    [
        ([("purpose", None, b"assistants")], 400, "file"),
        ([("file", "a", b"x")], 400, "purpose"),
        ([("file", "a.png", b"x"), ("purpose", None, b"batch")], 400, "file"),
        (
            [
                ("file", "a", b"x"),
                ("purpose", None, b"batch"),
                ("expires_after[seconds]", None, b"1"),
            ],
            400,
            "expires_after",
        ),
    ],
)
def test_wrong_uploads_are_refused(wire, parts, status, param):
    """With the field that is wrong."""
    answer = post(wire, "/v1/files", *parts)

    assert status == answer.status
    assert json.loads(answer.body)["error"]["param"].startswith(param)


def test_the_fleet_tells_of_its_providers(wire):
    """Those of files and those that read them."""
    listed = {p["provider_id"]: p["api"] for p in wire.call("GET", "/v1/providers").json()["data"]}

    assert ("files", "file_processors") == (listed["disk"], listed["auto"])
