"""What went wrong, as watsonx.ai says it in the midst of a stream.

Format: https://cloud.ibm.com/apidocs/watsonx-ai#handling-errors
"""

from collections.abc import Sequence

import msgspec

from fleet_runtime.errors import UpstreamFailed

_FAILED = ("cancelled", "error")


class Problem(msgspec.Struct):
    """What went wrong."""

    message: str = "The model server broke off the answer."
    code: str | None = None


def check_problems(problems: Sequence[Problem], status: int) -> None:
    """Raise `UpstreamFailed` under `status`, with the words of the first of `problems`, if there is one."""
    for problem in problems:
        raise UpstreamFailed(problem.message, status=status, code=problem.code)


def check_reason(reason: str) -> None:
    """Raise `UpstreamFailed` if an answer that ended for this reason did not end well."""
    if reason in _FAILED:
        raise UpstreamFailed(
            "The model server broke off the answer; try again.",
            status=502,
            code=f"upstream_{reason}",
        )
