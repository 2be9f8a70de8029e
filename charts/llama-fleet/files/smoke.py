"""Use a fleet as callers do, through its gateway, and say what was done; end with 1 at the first thing that is wrong.

GATEWAY is its URL. With MODEL, a model must answer a chat, whole and streamed. With DOCUMENTS, a text must be found
again by what it says.
"""

import http
import http.client
import json
import os
import ssl
import sys
import time
from typing import Any
from urllib.parse import urlsplit

GATEWAY = os.environ["GATEWAY"]
MODEL = os.environ.get("MODEL", "")
DOCUMENTS = os.environ.get("DOCUMENTS", "")
TIMEOUT = 120
TEXT = b"The harbour master of Vardal keeps three lanterns: a red one, a green one, and one that is never lit."
QUESTION = "How many lanterns does the harbour master have?"
BOUNDARY = "fleet-smoke"


def main() -> None:
    """Do what the environment asks for."""
    call("GET", "/healthz")
    print("the gateway is well")
    models = call("GET", "/v1/models")["data"]
    print(f"{len(models)} models are known")
    if MODEL:
        chat()
    if DOCUMENTS:
        documents()


def chat() -> None:
    """Ask the model, whole and streamed."""
    question = {"model": MODEL, "max_tokens": 16, "messages": [{"role": "user", "content": "Hi"}]}
    answer = call("POST", "/v1/chat/completions", question)
    if not answer["choices"][0]["message"]["content"]:
        sys.exit(f"{MODEL} said nothing")
    print(f"{MODEL} answered")
    lines = raw("POST", "/v1/chat/completions", question | {"stream": True}).decode().split("\n\n")
    if lines[-2:] != ["data: [DONE]", ""]:
        sys.exit(f"the stream of {MODEL} broke off after {len(lines)} events")
    print(f"{MODEL} streamed {len(lines) - 2} events")


def documents() -> None:
    """Keep a text, find it again, and remove it."""
    file = upload()
    try:
        store = call("POST", "/v1/vector_stores", {"name": "smoke", "file_ids": [file]})["id"]
        try:
            search(store)
        finally:
            call("DELETE", f"/v1/vector_stores/{store}")
    finally:
        call("DELETE", f"/v1/files/{file}")


def upload() -> str:
    """Upload the text, and return the file's id."""
    head = 'content-disposition: form-data; name="{}"'
    parts = [
        (head.format("purpose"), b"assistants"),
        (f'{head.format("file")}; filename="smoke.txt"\r\ncontent-type: text/plain', TEXT),
    ]
    body = b"".join(f"--{BOUNDARY}\r\n{h}\r\n\r\n".encode() + part + b"\r\n" for h, part in parts)
    body += f"--{BOUNDARY}--\r\n".encode()
    kind = f"multipart/form-data; boundary={BOUNDARY}"
    return str(json.loads(raw("POST", "/v1/files", body, kind))["id"])


def search(store: str) -> None:
    """Wait until the text is in the store, and ask for it."""
    deadline = time.monotonic() + TIMEOUT
    while (state := call("GET", f"/v1/vector_stores/{store}"))["status"] == "in_progress":
        if time.monotonic() > deadline:
            sys.exit(f"the text is not in the store after {TIMEOUT} s: {state}")
        time.sleep(0.5)
    found = call("POST", f"/v1/vector_stores/{store}/search", {"query": QUESTION})["data"]
    if not found or "three lanterns" not in found[0]["content"][0]["text"]:
        sys.exit(f"the text was not found: {found}")
    print("a text was kept, found and removed")


def call(method: str, path: str, body: Any = None) -> Any:
    """Return the JSON that a call is answered with."""
    text = raw(method, path, body)
    return json.loads(text) if text else None


def raw(method: str, path: str, body: Any = None, kind: str = "application/json") -> bytes:
    """Return what a call is answered with."""
    place = urlsplit(GATEWAY)
    connection: http.client.HTTPConnection
    if place.scheme == "https":
        context = ssl.create_default_context()
        # Callers know it by another name than we do, and by a certificate that only they may trust.
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        connection = http.client.HTTPSConnection(place.netloc, timeout=TIMEOUT, context=context)
    else:
        connection = http.client.HTTPConnection(place.netloc, timeout=TIMEOUT)
    content = body if isinstance(body, bytes | None) else json.dumps(body).encode()
    connection.request(method, path, content, {"content-type": kind} if content else {})
    answer = connection.getresponse()
    text = answer.read()
    connection.close()
    if answer.status >= http.HTTPStatus.MULTIPLE_CHOICES:
        sys.exit(f"{method} {path}: {answer.status} {text.decode(errors='replace')}")
    return text


if __name__ == "__main__":
    main()
