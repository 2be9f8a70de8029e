"""The hook that makes the embedded database's password, before an API server that answers as Kubernetes' does."""

import json
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import urlsplit

import pytest
import trustme

from fleet_cli.distributions import chart
from fleet_testing.rendered import objects

SCRIPT = chart() / "files/make_secret.py"
PATH = "/api/v1/namespaces/fleet/secrets"


class ApiServer(ThreadingHTTPServer):
    """Creates secrets, each once, for who has the token."""

    secrets: dict[str, dict]

    class Handler(BaseHTTPRequestHandler):
        server: "ApiServer"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["content-length"])))
            if self.headers["authorization"] != "Bearer t0ken":
                self._answer(403, "Forbidden")
            elif self.path != PATH:
                self._answer(404, "NotFound")
            elif body["metadata"]["name"] in self.server.secrets:
                self._answer(409, "AlreadyExists")
            else:
                self.server.secrets[body["metadata"]["name"]] = body
                self._answer(201, "Created")

        def _answer(self, status: int, reason: str) -> None:
            text = json.dumps({"kind": "Status", "reason": reason}).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *_: object) -> None:
            """Say nothing."""


@contextmanager
def api_server(folder) -> Iterator[ApiServer]:
    authority = trustme.CA()
    authority.cert_pem.write_to_path(folder / "ca.crt")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    server = ApiServer(("127.0.0.1", 0), ApiServer.Handler)
    server.secrets = {}
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def api(tmp_path):
    (tmp_path / "token").write_text("t0ken")
    with api_server(tmp_path) as server:
        yield server


def run(api, folder):
    environ = {
        "API": f"https://localhost:{api.server_port}",
        "ACCOUNT": str(folder),
        "NAMESPACE": "fleet",
    }
    return subprocess.run(
        [sys.executable, SCRIPT], env=environ, capture_output=True, text=True, check=False
    )


def test_the_secret_has_a_password_and_the_url_with_it(api, tmp_path):
    """As the database and the services read them; no output shows it."""
    done = run(api, tmp_path)
    data = api.secrets["postgres"]["stringData"]
    url = urlsplit(data["DATABASE_URL"])

    assert 0 == done.returncode, done.stderr
    assert len(data["password"]) >= 32
    assert ("fleet", data["password"]) == (url.username, url.password)
    assert ("postgres", 5432, "/fleet") == (url.hostname, url.port, url.path)
    assert data["password"] not in done.stdout + done.stderr


def test_a_secret_that_is_there_stays(api, tmp_path):
    """Another password would lock the services out of the database that they have."""
    run(api, tmp_path)
    before = dict(api.secrets)
    done = run(api, tmp_path)

    assert (0, before) == (done.returncode, api.secrets)


def test_a_refusal_fails_the_release(api, tmp_path):
    """Nothing that goes on without a password would be any use."""
    (tmp_path / "token").write_text("other")
    done = run(api, tmp_path)

    assert 1 == done.returncode
    assert "403" in done.stderr


def test_the_database_has_the_name_that_the_url_has():
    """Both are written by hand, in two places."""
    [found] = [o for o in objects("starter") if o["kind"] == "StatefulSet"]
    environ = {
        e["name"]: e["value"] for e in found["spec"]["template"]["spec"]["containers"][0]["env"]
    }

    assert ("fleet", "fleet") == (environ["POSTGRES_USER"], environ["POSTGRES_DB"])
    assert "postgres" == found["spec"]["serviceName"]
