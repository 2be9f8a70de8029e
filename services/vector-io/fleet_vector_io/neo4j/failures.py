"""What goes wrong with Neo4j, as errors that callers may see."""

from collections.abc import Iterator
from contextlib import contextmanager

from neo4j.exceptions import AuthError, DriverError, Neo4jError, TransientError

from fleet_runtime.errors import Unavailable, UpstreamFailed


@contextmanager
def failures() -> Iterator[None]:
    """Raise what goes wrong inside as `Unavailable` if it may pass, else as `UpstreamFailed`."""
    try:
        yield
    except TimeoutError as error:
        raise Unavailable("Neo4j did not answer in time.", code="engine_timeout") from error
    except AuthError as error:
        raise UpstreamFailed(
            "Neo4j refused the user and password that are configured for it, or wants some.",
            status=502,
            code="engine_unauthorized",
        ) from error
    except (DriverError, TransientError) as error:
        raise Unavailable(
            "Neo4j cannot be reached, or is not ready.", code="engine_unavailable"
        ) from error
    except Neo4jError as error:
        raise UpstreamFailed(
            f"Neo4j refused: {error.message}", status=502, code="engine_refused"
        ) from error
