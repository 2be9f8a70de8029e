"""What vLLM's errors mean to a caller."""

from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus

from jinja2 import TemplateError
from pydantic import ValidationError
from vllm.entrypoints.serve import create_error_response
from vllm.entrypoints.serve.engine.protocol import ErrorInfo
from vllm.entrypoints.serve.exception_handling.handlers.validation import clean_loc_for_param
from vllm.exceptions import GracefulHTTPError, VLLMError, VLLMValidationError
from vllm.v1.engine.exceptions import EngineDeadError

from fleet_runtime.errors import (
    FleetError,
    InvalidArgument,
    NotFound,
    ResourceExhausted,
    Unavailable,
    Unimplemented,
    UpstreamFailed,
)

# In seconds: about the length of a short answer.
_RETRY_AFTER = 2.0
# How vLLM's texts about what is too long begin.
_TOO_LONG = ("This model's maximum context length", "Input length")

# What vLLM's own server answers as errors of the caller: https://docs.vllm.ai/en/stable/api/vllm/entrypoints
_REFUSALS = (VLLMError, ValueError, TypeError, OverflowError, NotImplementedError, TemplateError)


@contextmanager
def vllm_errors(prompt: str) -> Iterator[None]:
    """Turn what vLLM raises into what callers see; `prompt` is the field that holds it."""
    try:
        yield
    except EngineDeadError as error:
        raise Unavailable(
            "The engine of this model has died, and is being started anew; try again in a minute.",
            code="engine_unavailable",
        ) from error
    except ValidationError as error:
        raise _misshapen(error) from None
    except GracefulHTTPError as error:
        raise ResourceExhausted(
            error.message, code="queue_full", retry_after=_RETRY_AFTER
        ) from error
    except _REFUSALS as error:
        told = create_error_response(error).error
        if isinstance(error, VLLMValidationError):
            told.message = error.args[0]  # its text says twice which field it is
        raise refusal(told, prompt) from error


def refusal(error: ErrorInfo, prompt: str) -> FleetError:
    """Return the error for one of vLLM's; `prompt` is the field that holds the prompt."""
    message, param = error.message, error.param
    if message.startswith(_TOO_LONG):
        return InvalidArgument(message, code="context_length_exceeded", param=prompt)
    match error.code:
        case HTTPStatus.BAD_REQUEST:
            return InvalidArgument(message, code="invalid_value", param=param)
        case HTTPStatus.NOT_FOUND:
            return NotFound(message, code="model_not_found", param=param)
        case HTTPStatus.NOT_IMPLEMENTED:
            return Unimplemented(message, code="not_supported", param=param)
        case HTTPStatus.SERVICE_UNAVAILABLE:
            return Unavailable(message, code="engine_busy", retry_after=_RETRY_AFTER)
    return UpstreamFailed(message, status=error.code, type=error.type, param=param)


def _misshapen(error: ValidationError) -> InvalidArgument:
    """Return the error for a request that is none of vLLM's: the first thing that is wrong with it."""
    found = error.errors(include_url=False, include_input=False)[0]
    cause = found.get("ctx", {}).get("error")
    if isinstance(cause, VLLMValidationError):
        return InvalidArgument(cause.args[0], code="invalid_value", param=cause.parameter)
    param = clean_loc_for_param(found["loc"]) if found["loc"] else None
    return InvalidArgument(found["msg"], code="invalid_value", param=param)
