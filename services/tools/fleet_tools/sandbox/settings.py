"""What may be set of the jail."""

from pathlib import Path

from pydantic import Field, FilePath, NonNegativeInt, PositiveFloat, PositiveInt

from fleet_runtime.config import Config
from fleet_tools.sandbox.order import Layer, Protection

KILOBYTE = 1024
MEGABYTE = 1024 * 1024


class Limits(Config):
    """What one run may take. Above any of these it is ended, and the model is told which."""

    seconds: PositiveFloat = 30.0
    """The longest that it may take."""
    cpu_seconds: PositiveInt = 30
    """The most CPU time of each of its processes."""
    memory_mb: PositiveInt = 1024
    """The most memory of all its processes together, and of each, in MiB."""
    processes: PositiveInt = 32
    """The most processes at once, threads counted."""
    file_mb: PositiveInt = 64
    """The largest file that it may write, in MiB."""
    files_mb: PositiveInt = 256
    """The most that all its files may take, in MiB."""
    files: PositiveInt = 1000
    """The most files and folders."""
    output_kb: PositiveInt = 32
    """How much of what it prints is kept, in KiB, of its output and of its errors each. The rest is cut; 64 times as
    much ends it."""
    images_kb: NonNegativeInt = 6 * KILOBYTE
    """The most that images it made may have together to be given back, in KiB. Of those beyond, the names are told."""
    returned_kb: NonNegativeInt = 384
    """The most that all other files it made may have together, in KiB. They come as metadata, which the service bounds
    by `limits.max_result_bytes`."""
    given_mb: NonNegativeInt = 32
    """The most that files given to it may have together, in MiB."""


class Sessions(Config):
    """Folders that are kept from one run to the next, for callers that name a session. Each replica has its own."""

    most: NonNegativeInt = 64
    """The most at once. The one that was idle for longest makes room."""
    idle_seconds: PositiveFloat = 1200.0
    """How long one is kept that nobody uses."""


class SandboxConfig(Config):
    """How code is run, and what it is held back by."""

    limits: Limits = Limits()
    runs: PositiveInt = 4
    """The most runs at once."""
    waiting: NonNegativeInt = 64
    """The most runs that wait for that."""
    sessions: Sessions = Sessions()
    python: FilePath | None = None
    """The interpreter that runs code. The service's own if unset."""
    packages: bool = False
    """Whether code may import what is installed for the interpreter, such as numpy. Without it, code has the standard
    library alone. For packages of its own, and none of the service's, let `python` be that of another environment."""
    readable: list[Path] = Field(default=[])
    """What code may read besides the interpreter and the system's libraries."""
    layers: list[Layer] = Field(default=["namespaces", "landlock", "seccomp", "user"])
    """What is tried to hold code back, each as far as the machine lets: `namespaces` (no network, a root and processes
    of its own), `landlock` (files), `seccomp` (calls of the system), `user` (an account that owns nothing, where the
    service is root)."""
    require: list[Protection] = Field(default=["network", "files", "processes"])
    """What code must be kept from to be run at all: reaching others, reading what is not its own, and seeing or
    signalling other processes. Each comes of one of several layers."""
    folder: Path | None = None
    """Where the folders of runs are. The system's place for temporary files if unset."""
