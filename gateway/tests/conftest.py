"""Real workers behind a real Envoy."""

import shutil
import subprocess
from contextlib import ExitStack

import pytest

from fleet_testing.gateway import running_fleet


@pytest.fixture(scope="session")
def fleet():
    """One worker behind a gateway with the settings of the defaults. Nothing may break it."""
    with running_fleet(max_request_bytes=2 << 20) as found:
        yield found


@pytest.fixture
def start():
    """Start fleets of the test's own."""
    with ExitStack() as stack:
        yield lambda **values: stack.enter_context(running_fleet(**values))


@pytest.fixture
def certificate(tmp_path):
    """A certificate for localhost and its key, as files."""
    openssl = shutil.which("openssl")
    if not openssl:
        pytest.skip("needs openssl to make a certificate")
    cert, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    what = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-days", "1"]
    names = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    files = ["-keyout", key, "-out", cert]
    subprocess.run([openssl, *what, *names, *files], check=True, capture_output=True)
    return {"cert": str(cert), "key": str(key)}
