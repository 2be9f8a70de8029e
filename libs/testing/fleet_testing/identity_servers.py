"""Servers that know callers, each on a free port, and speaking what its kind does.

`introspection` is RFC 7662; the others are GitHub's REST API, the API server of Kubernetes, and an endpoint as Llama
Stack's custom authentication asks it.
"""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from fleet_testing.openai_upstream import Canned, Seen
from fleet_testing.rest_server import said


@dataclass
class IdentityServer:
    """What one knows, and what it was asked.

    Attributes:
        users: What it says of whom, by token.
        seen: The requests.
        down: Whether it fails.
    """

    answer: Callable[["IdentityServer", Seen], Canned]
    users: dict[str, dict[str, Any]] = field(default_factory=dict)
    seen: list[Seen] = field(default_factory=list)
    down: bool = False

    def __call__(self, request: Seen) -> Canned:
        """Answer a request."""
        self.seen.append(request)
        return said({"message": "out of order"}, 500) if self.down else self.answer(self, request)

    def bearer(self, request: Seen) -> dict[str, Any] | None:
        """Return the user whose token a request brings."""
        return self.users.get(request.headers.get("authorization", "").removeprefix("Bearer "))


CLIENT = ("fleet", "s3cret:%")
"""The id and the secret by which the introspection endpoint knows its client."""


def introspection(server: IdentityServer, request: Seen) -> Canned:
    """Answer as an introspection endpoint: to clients that it knows, by either of the ways of RFC 6749."""
    form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
    basic = base64.b64encode(b"fleet:s3cret%3A%25").decode()
    in_header = request.headers.get("authorization") == f"Basic {basic}"
    if not in_header and (form.get("client_id"), form.get("client_secret")) != CLIENT:
        return said({"error": "invalid_client"}, 401)
    user = server.users.get(form.get("token", ""))
    return said({"active": True, **user} if user else {"active": False})


def github(server: IdentityServer, request: Seen) -> Canned:
    """Answer as GitHub does."""
    user = server.bearer(request)
    if user is None:
        return said({"message": "Bad credentials"}, 401)
    if request.path.endswith("/user/orgs"):
        organizations = user.get("orgs")
        if organizations is None:  # the token has no scope for them
            return said({"message": "Resource not accessible"}, 403)
        return said([{"login": name, "id": 1} for name in organizations])
    return said({name: value for name, value in user.items() if name != "orgs"})


def kubernetes(server: IdentityServer, request: Seen) -> Canned:
    """Answer as an API server reviews the subject that asks."""
    review = json.loads(request.body)
    user = server.bearer(request)
    if user is None:
        return said({"kind": "Status", "status": "Failure", "code": 401}, 401)
    if request.path != "/apis/authentication.k8s.io/v1/selfsubjectreviews":
        return said({"kind": "Status", "code": 404}, 404)
    return said({**review, "status": {"userInfo": user}}, 201)


def custom(server: IdentityServer, request: Seen) -> Canned:
    """Answer as an endpoint of Llama Stack's custom authentication."""
    user = server.users.get(json.loads(request.body)["api_key"])
    return said({"message": "ok", **user}) if user else said({"detail": "no"}, 401)
