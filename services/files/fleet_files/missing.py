"""The error for bytes that are not where they should be."""

from fleet_runtime.errors import NotFound


def no_content(key: str) -> NotFound:
    """Return the error for a file whose provider has nothing under its key any more."""
    return NotFound(
        f"The content of this file is gone from where it was kept, under '{key}'. Delete the file, and upload it anew.",
        code="file_content_missing",
    )
