"""What tests of processors stand on."""

import itertools

import psutil
import pytest

from fleet_chunking.block import Block
from fleet_files.processor import FileToParse
from fleet_files.processors.auto import Auto


@pytest.fixture
def make_file(tmp_path):
    """Return a function that writes a file and says what it is called."""
    numbers = itertools.count()

    def make(filename, data, content_type="", **options):
        # Where it lies says nothing of what it is, as in the store of the service.
        path = tmp_path / f"upload-{next(numbers)}"
        path.write_bytes(data)
        return FileToParse(path, filename, content_type, options)

    return make


@pytest.fixture
async def auto():
    """Return an `inline::auto` as it is by default."""
    async with opened(Auto) as processor:
        yield processor


class opened:  # noqa: N801 - reads as the function that it is
    """Holds a processor open."""

    def __init__(self, kind, **settings):
        self._processor = kind(kind.Config(**settings))

    async def __aenter__(self):
        """Return it."""
        return self._processor

    async def __aexit__(self, *_):
        """Close it."""
        await self._processor.aclose()


@pytest.fixture
def open_processor():
    """Return what holds a processor open, by its class and its settings."""
    return opened


@pytest.fixture
def read():
    """Return a function that reads a file to its end, and returns its blocks."""

    async def read(processor, file):
        return [item async for item in processor.parse(file) if isinstance(item, Block)]

    return read


@pytest.fixture
def fork_servers():
    """Return a function that finds the processes that fork workers for this one or another."""

    def find(of=None):
        return [one for one in psutil.Process(of).children() if _is_fork_server(one)]

    return find


@pytest.fixture
def workers(fork_servers):
    """Return a function that finds the processes that read files for this one or another."""

    def find(of=None):
        return [worker for server in fork_servers(of) for worker in _children(server)]

    return find


def _is_fork_server(process):
    try:
        return "fleet_files.parsing.fork_server" in process.cmdline()
    except psutil.NoSuchProcess:
        return False


def _children(process):
    try:
        return process.children()
    except psutil.NoSuchProcess:
        return []
