"""The errors that callers see."""

import pytest

from fleet_runtime import errors
from fleet_runtime.errors import BY_STATUS, FleetError, UpstreamFailed

KINDS = [
    (errors.InvalidArgument, "INVALID_ARGUMENT", 400, "invalid_request_error"),
    (errors.Unauthenticated, "UNAUTHENTICATED", 401, "authentication_error"),
    (errors.PermissionDenied, "PERMISSION_DENIED", 403, "permission_error"),
    (errors.NotFound, "NOT_FOUND", 404, "invalid_request_error"),
    (errors.Conflict, "ALREADY_EXISTS", 409, "conflict_error"),
    (errors.TooLarge, "RESOURCE_EXHAUSTED", 413, "invalid_request_error"),
    (errors.ResourceExhausted, "RESOURCE_EXHAUSTED", 429, "rate_limit_error"),
    (errors.Internal, "INTERNAL", 500, "server_error"),
    (errors.Unimplemented, "UNIMPLEMENTED", 501, "server_error"),
    (errors.Unavailable, "UNAVAILABLE", 503, "server_error"),
    (errors.DeadlineExceeded, "DEADLINE_EXCEEDED", 504, "server_error"),
]


@pytest.mark.parametrize(("kind", "code", "status", "type_"), KINDS)
def test_each_kind_has_one_status_on_each_face(kind, code, status, type_):
    """Clients of both faces branch on it."""
    error = kind("no", code="c", param="p", retry_after=1.5)

    assert (code, status, type_) == (error.grpc_code.name, error.status, error.type)
    assert ("no", "c", "p", 1.5) == (error.message, error.code, error.param, error.retry_after)
    assert kind is BY_STATUS[status]


def test_every_kind_is_listed_here():
    """A new kind of error needs a place in both faces."""
    kinds = set(FleetError.__subclasses__()) - {UpstreamFailed}

    assert {kind for kind, *_ in KINDS} == kinds


@pytest.mark.parametrize(
    ("status", "code", "type_"),
    [
        (400, "INVALID_ARGUMENT", "invalid_request_error"),
        (402, "INVALID_ARGUMENT", "invalid_request_error"),
        (422, "INVALID_ARGUMENT", "invalid_request_error"),
        (429, "RESOURCE_EXHAUSTED", "rate_limit_error"),
        (500, "INTERNAL", "server_error"),
        (502, "UNAVAILABLE", "server_error"),
        (529, "UNAVAILABLE", "server_error"),
    ],
)
def test_upstream_keeps_its_status(status, code, type_):
    """The nearest gRPC code goes with any HTTP status."""
    error = UpstreamFailed("no", status=status)

    assert (status, code, type_) == (error.status, error.grpc_code.name, error.type)


def test_upstream_keeps_its_type():
    """Callers may know the upstream's own kinds of errors."""
    assert "insufficient_quota" == UpstreamFailed("no", status=429, type="insufficient_quota").type
