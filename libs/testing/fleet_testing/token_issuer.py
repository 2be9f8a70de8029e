"""An OpenID Connect server, as far as its keys and tokens go: JWTs, signed by a real RSA key (RFC 7517, RFC 7519)."""

import base64
import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

AUDIENCE = "llama-stack"


@dataclass(frozen=True)
class TokenIssuer:
    """An issuer.

    Attributes:
        url: Its name, and where it is.
        key: What it signs with.
    """

    url: str
    key: rsa.RSAPrivateKey

    @property
    def jwks(self) -> str:
        """Where its keys are."""
        return f"{self.url}/jwks"

    def token(self, **claims: Any) -> str:
        """Return a token with `claims`, which is good for an hour unless they say otherwise; `None` leaves one out."""
        usual = {"iss": self.url, "aud": AUDIENCE, "sub": "ann", "exp": int(time.time()) + 3600}
        told = {name: value for name, value in {**usual, **claims}.items() if value is not None}
        return signed(told, self.key)


def signed(claims: dict[str, Any], key: rsa.RSAPrivateKey) -> str:
    """Return a JWT with `claims`, signed with `key` by RS256."""
    head = {"alg": "RS256", "typ": "JWT", "kid": "k1"}
    text = f"{_encoded(json.dumps(head).encode())}.{_encoded(json.dumps(claims).encode())}"
    signature = key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{text}.{_encoded(signature)}"


def new_key() -> rsa.RSAPrivateKey:
    """Return a new RSA key."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@contextmanager
def token_issuer() -> Iterator[TokenIssuer]:
    """Run an issuer on a free port."""
    key = new_key()
    numbers = key.public_key().public_numbers()
    public = {"kty": "RSA", "use": "sig", "alg": "RS256", "kid": "k1"}
    public |= {"n": _number(numbers.n), "e": _number(numbers.e)}
    document = json.dumps({"keys": [public]}).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/jwks" else 404)
            self.send_header("content-type", "application/json")
            self.end_headers()
            self.wfile.write(document)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield TokenIssuer(f"http://127.0.0.1:{server.server_port}", key)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _number(value: int) -> str:
    return _encoded(value.to_bytes((value.bit_length() + 7) // 8, "big"))
