"""`shipped:` addresses: files that come with the project."""

from hashlib import blake2b
from importlib.resources import files
from io import BytesIO

from fleet_eval.datasets.file_rows import OpenFile
from fleet_runtime.errors import InvalidArgument

PREFIX = "shipped:"
NAMES = ("arithmetic", "choices")


def opened(uri: str) -> OpenFile:
    """Open what a `shipped:` address means.

    Raises:
        InvalidArgument: There is no such file.
    """
    name = uri.removeprefix(PREFIX)
    if name not in NAMES:
        raise InvalidArgument(
            f"'{name}' does not come with the project; what does: {', '.join(NAMES)}.",
            code="source_not_found",
            param="source.uri",
        )
    data = files("fleet_eval.datasets.shipped").joinpath(f"{name}.jsonl").read_bytes()
    return OpenFile(BytesIO(data), blake2b(data, digest_size=12).hexdigest(), f"{name}.jsonl")
