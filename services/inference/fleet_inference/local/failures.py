"""What an engine's errors mean to a caller."""

from collections.abc import Iterator
from contextlib import contextmanager

from fleet_engine.errors import (
    ContextLengthExceeded,
    EngineBroken,
    EngineClosed,
    InvalidRequest,
    QueueFull,
)
from fleet_runtime.errors import InvalidArgument, ResourceExhausted, Unavailable

# In seconds: about the length of a short answer.
RETRY_AFTER = 2.0


@contextmanager
def engine_errors(param: str) -> Iterator[None]:
    """Turn what the engine raises into what callers see; `param` is the field that holds the prompt."""
    try:
        yield
    except ContextLengthExceeded as error:
        raise InvalidArgument(
            f"This model's maximum context length is {error.context} tokens, but the prompt has "
            f"{error.prompt_tokens} and {error.max_tokens} are wanted for the answer. Shorten either.",
            code="context_length_exceeded",
            param=param,
        ) from None
    except InvalidRequest as error:
        raise InvalidArgument(_sentence(error), code="invalid_value") from None
    except QueueFull as error:
        raise ResourceExhausted(
            _sentence(error), code="queue_full", retry_after=RETRY_AFTER
        ) from None
    except (EngineBroken, EngineClosed) as error:
        raise Unavailable(_sentence(error), code="engine_unavailable") from error


def _sentence(error: Exception) -> str:
    text = str(error)
    return f"{text[:1].upper()}{text[1:]}."
