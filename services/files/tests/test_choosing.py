"""Which of several processors reads a file."""

import msgspec
import pytest

from fleet.files.v1 import messages as m
from fleet_runtime.call import Call
from fleet_runtime.errors import FleetError
from fleet_testing import documents

pytestmark = pytest.mark.slow

PDFS = {"id": "pdfs", "type": "inline::pypdf"}
OTHER_PDFS = {"id": "other_pdfs", "type": "inline::pypdf"}
REST = {"id": "rest", "type": "inline::auto"}


@pytest.fixture
async def service(request, replica, settings):
    async with replica(settings(processors=request.param)) as service:
        yield service


def several(*processors):
    return pytest.mark.parametrize("service", [processors], indirect=True, ids=["several"])


async def processor_of(service, filename, content, **options):
    """Return the type of the processor that read a file."""
    request = ask(filename, content, **options)
    made = await service.processors.process_file(request, Call("/m"))
    return msgspec.json.decode(made.metadata)["processor"]


def ask(filename, content, **options):
    if not options:
        return m.ProcessFileRequest(filename=filename, content_type="", file=content)
    encoded = msgspec.Raw(msgspec.json.encode(options))
    return m.ProcessFileRequest(filename=filename, content_type="", file=content, options=encoded)


@several(PDFS, REST)
async def test_the_first_that_reads_such_files_does(service):
    """Whoever configures one for PDFs before one for all means that."""
    pdf = documents.pdf(["A whale."])

    assert "inline::pypdf" == await processor_of(service, "a.pdf", pdf)
    assert "inline::pypdf" == await processor_of(service, "misnamed.txt", pdf)
    assert "inline::auto" == await processor_of(service, "a.txt", b"A whale.")


@several(PDFS, REST)
async def test_a_request_can_name_one(service):
    """With options of its own besides."""
    pdf = documents.pdf(["A whale."])

    assert "inline::auto" == await processor_of(service, "a.pdf", pdf, processor="rest")
    assert "inline::auto" == await processor_of(
        service, "a.pdf", pdf, processor="rest", priority=["pypdf"]
    )


@several(PDFS, REST)
async def test_a_name_that_is_none_is_refused_at_once(service):
    """Also for a job, which would fail later; the message says which there are."""
    request = ask("a.txt", b"A whale.", processor="mine")
    for make in (service.processors.process_file, service.processors.create_process_file_job):
        with pytest.raises(FleetError, match="pdfs, rest") as caught:
            await make(request, Call("/m"))

        assert (400, "invalid_options", "options.processor") == (
            caught.value.status,
            caught.value.code,
            caught.value.param,
        )


@several(PDFS, OTHER_PDFS)
@pytest.mark.parametrize(
    ("content", "said"),
    [(b"A whale.", "none of the file processors here reads: pdfs, other_pdfs"), (b"", "is empty")],
)
async def test_what_none_reads_says_so(service, content, said):
    """And not only what the first one thinks of it."""
    with pytest.raises(FleetError, match=said) as caught:
        await processor_of(service, "a.txt", content)

    assert (400, "unsupported_file") == (caught.value.status, caught.value.code)


@several(PDFS, REST)
async def test_kept_files_go_the_same_way(service):
    """Vector stores have them read block by block."""
    kept = await service.upload(b"A whale.", "a.txt")
    request = m.ParseFileRequest(file_id=kept.id)
    blocks = [block async for block in service.processors.parse_file(request, Call("/m"))]

    assert ["A whale."] == [block.text for block in blocks]
