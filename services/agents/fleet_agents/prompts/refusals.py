"""The errors for prompts and versions that are not there, or not the latest."""

from fleet_runtime.errors import InvalidArgument, NotFound


def no_prompt(prompt_id: str, param: str = "prompt_id") -> NotFound:
    """Return the error for a prompt that is not there; `param` is what named it."""
    return NotFound(
        f"Prompt with id '{prompt_id}' not found. GET /v1/prompts lists those that there are.",
        code="prompt_not_found",
        param=param,
    )


def no_version(prompt_id: str, version: int | None, latest: int, param: str) -> NotFound:
    """Return the error for a version that is not there; `param` is what named the prompt."""
    return NotFound(
        f"Version {version} of prompt '{prompt_id}' not found. Its latest version is {latest}.",
        code="prompt_version_not_found",
        param=param,
    )


def not_latest(prompt_id: str, known: int, latest: int) -> InvalidArgument:
    """Return the error for a change to a version that is not the latest."""
    return InvalidArgument(
        f"Version {known} of prompt '{prompt_id}' is not the latest one, which is {latest}: get that one, make your"
        " change to it, and name it as 'version'.",
        code="prompt_version_not_latest",
        param="version",
    )
