"""The errors that a caller may see.

    FleetError
    ├── InvalidArgument      400   the request can never succeed
    │   └── UnsupportedMediaType  415  the body is of a type that nobody here reads
    ├── Unauthenticated      401   the caller did not say who they are
    ├── PermissionDenied     403   the caller may not
    ├── NotFound             404   what the request names is not here
    ├── Conflict             409   what the request would make is there already
    ├── TooLarge             413   what was sent is larger than is taken
    ├── ResourceExhausted    429   too much at once; try later
    ├── Unimplemented        501   nobody here can
    ├── Unavailable          503   not now; safe to retry
    ├── DeadlineExceeded     504   not in time
    ├── UpstreamFailed       any   a model server refused, in its own words
    └── Internal             500   a bug

Anything else that is raised is a bug, and reaches the caller as `Internal` with no text of its own.
"""

from grpc import StatusCode

# In characters. Errors travel in headers, which have a limit; a longer message says nothing more.
MESSAGE_LIMIT = 4000


class FleetError(Exception):
    """An error that a caller sees, with all that both faces say of it.

    Args:
        message: What is wrong and what would help, for a person. Cut after `MESSAGE_LIMIT` characters.
        code: For machines, as OpenAI has them: `model_not_found`. Never reused for another cause.
        param: The field of the request that is wrong, such as `messages[0].role`.
        retry_after: Seconds after which to try again.
    """

    grpc_code: StatusCode
    status: int
    """The HTTP status."""
    type: str
    """OpenAI's kind of error."""

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        param: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message[:MESSAGE_LIMIT]
        self.code = code
        self.param = param
        self.retry_after = retry_after


class InvalidArgument(FleetError):
    """The request can never succeed."""

    grpc_code = StatusCode.INVALID_ARGUMENT
    status = 400
    type = "invalid_request_error"


class UnsupportedMediaType(InvalidArgument):
    """The body is of a type that nobody here reads."""

    status = 415


class Unauthenticated(FleetError):
    """The caller did not say who they are."""

    grpc_code = StatusCode.UNAUTHENTICATED
    status = 401
    type = "authentication_error"


class PermissionDenied(FleetError):
    """The caller may not."""

    grpc_code = StatusCode.PERMISSION_DENIED
    status = 403
    type = "permission_error"


class NotFound(FleetError):
    """What the request names is not here."""

    grpc_code = StatusCode.NOT_FOUND
    status = 404
    type = "invalid_request_error"


class Conflict(FleetError):
    """What the request would make is there already."""

    grpc_code = StatusCode.ALREADY_EXISTS
    status = 409
    type = "conflict_error"


class TooLarge(FleetError):
    """What was sent is larger than is taken."""

    grpc_code = StatusCode.RESOURCE_EXHAUSTED
    status = 413
    type = "invalid_request_error"


class ResourceExhausted(FleetError):
    """Too much at once."""

    grpc_code = StatusCode.RESOURCE_EXHAUSTED
    status = 429
    type = "rate_limit_error"


class Unimplemented(FleetError):
    """Nobody here can."""

    grpc_code = StatusCode.UNIMPLEMENTED
    status = 501
    type = "server_error"


class Unavailable(FleetError):
    """Not now. Nothing was done, so trying again is safe."""

    grpc_code = StatusCode.UNAVAILABLE
    status = 503
    type = "server_error"


class DeadlineExceeded(FleetError):
    """Not in time."""

    grpc_code = StatusCode.DEADLINE_EXCEEDED
    status = 504
    type = "server_error"


class Internal(FleetError):
    """A bug. Raised by nobody; stands for what was raised instead."""

    grpc_code = StatusCode.INTERNAL
    status = 500
    type = "server_error"


class UpstreamFailed(FleetError):
    """A model server refused, in its own words and with its own status.

    Args:
        message: What it said.
        status: The HTTP status that the caller gets.
        type: Its kind of error; the usual one of the status if it did not say.
        code: As for `FleetError`.
        param: As for `FleetError`.
        retry_after: As for `FleetError`.
    """

    def __init__(
        self,
        message: str,
        *,
        status: int,
        type: str | None = None,  # noqa: A002 - OpenAI's name for it
        code: str | None = None,
        param: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message, code=code, param=param, retry_after=retry_after)
        alike = BY_STATUS.get(status, InvalidArgument if status < Internal.status else Unavailable)
        self.status = status
        self.type = type or alike.type
        self.grpc_code = alike.grpc_code


BY_STATUS: dict[int, type[FleetError]] = {
    kind.status: kind
    for kind in (
        InvalidArgument,
        Unauthenticated,
        PermissionDenied,
        NotFound,
        Conflict,
        TooLarge,
        ResourceExhausted,
        Internal,
        Unimplemented,
        Unavailable,
        DeadlineExceeded,
    )
}
