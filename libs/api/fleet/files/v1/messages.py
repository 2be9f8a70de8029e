"""Messages of `fleet.files.v1`, as JSON has them. Written by `make gen`; do not edit."""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Raw, Struct, field

from fleet_runtime.encoded import ABSENT


class StaticChunking(Struct, kw_only=True, omit_defaults=True):
    """The sizes of chunks."""

    max_chunk_size_tokens: Annotated[int, Meta(ge=100, le=4096)] | None = None
    """The most tokens of a chunk, from 100 to 4096. 800 if unset."""
    chunk_overlap_tokens: Annotated[int, Meta(ge=0)] | None = None
    """How many tokens of the chunk before each begins with: at most half of the size. 400 if unset."""


class ChunkingStrategy(Struct, kw_only=True, omit_defaults=True):
    """How a file is cut into chunks."""

    type: Literal["auto", "static"]
    """`auto`: 800 tokens, 400 of which are the chunk before's. `static`: as `static` says."""
    static: StaticChunking | None = None
    """The sizes, in `static`."""


class ProcessFileRequest(Struct, kw_only=True, omit_defaults=True):
    """A file to be cut into chunks: one that is sent along, or one that is kept."""

    filename: str
    """The name of the file that is sent along, with its ending."""
    content_type: str
    """What kind of content it is, such as `application/pdf`."""
    file: bytes | None = None
    """What is in it, if one is sent along."""
    file_id: str | None = None
    """The id of a kept file, if none is sent along."""
    options: Raw = ABSENT
    """A JSON object: settings of the provider, and in `processor` the id of the one that is to read the file. The first
    that reads files of its kind does if there is none.
    """
    chunking_strategy: ChunkingStrategy | None = None
    """How it is cut. One chunk for the whole file if unset."""


class ChunkMetadata(Struct, kw_only=True, omit_defaults=True):
    """Where a chunk comes from."""

    chunk_id: str | None = field(default_factory=lambda: None)
    """The chunk's name."""
    document_id: str | None = field(default_factory=lambda: None)
    """The id of its file."""
    source: str | None = field(default_factory=lambda: None)
    """The name of its file."""
    created_timestamp: int | None = field(default_factory=lambda: None)
    """When it was made, in Unix seconds."""
    updated_timestamp: int | None = field(default_factory=lambda: None)
    """When it was last changed, in Unix seconds."""
    chunk_window: str | None = field(default_factory=lambda: None)
    """Which part of the file it is: its first and last token, as `0-800`."""
    chunk_tokenizer: str | None = field(default_factory=lambda: None)
    """What counted its tokens."""
    content_token_count: int | None = field(default_factory=lambda: None)
    """How many tokens its text has."""
    metadata_token_count: int | None = field(default_factory=lambda: None)
    """How many tokens its metadata has."""


class Chunk(Struct, kw_only=True, omit_defaults=True):
    """A piece of a text."""

    content: str
    """The text."""
    chunk_id: str
    """Names it; the same for the same text of the same file."""
    metadata: Raw
    """A JSON object: `filename`, `page`, `headings` and more."""
    chunk_metadata: ChunkMetadata
    """Where it comes from."""


class ProcessedFile(Struct, kw_only=True, omit_defaults=True):
    """A file, cut into chunks."""

    chunks: list[Chunk]
    """The chunks, in the order of the file."""
    metadata: Raw
    """A JSON object about the file: `processor`, `page_count`, `processing_time_ms` and more."""


class ProcessFileJob(Struct, kw_only=True, omit_defaults=True):
    """A file that is cut into chunks in the background."""

    job_id: str
    """Names it."""
    status: str
    """`scheduled`, `in_progress`, `completed`, `failed` or `cancelled`."""
    created_at: int
    """When it was created, in Unix seconds."""
    result: ProcessedFile | None = field(default_factory=lambda: None)
    """The chunks, once it is `completed`."""
    error: str | None = field(default_factory=lambda: None)
    """What went wrong, if it has `failed`."""


class ListProcessFileJobsRequest(Struct, kw_only=True, omit_defaults=True):
    """Which jobs are listed."""

    after: str | None = None
    """The id of the last job of the page before."""
    limit: Annotated[int, Meta(ge=1, le=100)] | None = None
    """The most jobs, from 1 to 100. 100 if unset."""


class ProcessFileJobList(Struct, kw_only=True, omit_defaults=True):
    """Some jobs, without their results."""

    data: list[ProcessFileJob]
    """The jobs."""
    has_more: bool
    """Whether there are more."""


class GetProcessFileJobRequest(Struct, kw_only=True, omit_defaults=True):
    """Which job is wanted."""

    job_id: str
    """Its id."""


class CancelProcessFileJobRequest(Struct, kw_only=True, omit_defaults=True):
    """Which job is to be ended."""

    job_id: str
    """Its id."""


class ParseFileRequest(Struct, kw_only=True, omit_defaults=True):
    """Which file is to be read."""

    file_id: str
    """Its id."""


class ParsedBlock(Struct, kw_only=True, omit_defaults=True):
    """A paragraph, a heading, a table, a list or a piece of code of a file."""

    kind: str
    """`text`, `heading`, `table`, `list` or `code`."""
    text: str
    """What it says; tables and lists as Markdown."""
    page: int | None = None
    """The page it begins on, from 1, where the file has pages."""
    headings: list[str]
    """The headings above it, the outermost first; its own last if it is one."""


class FileExpiresAfter(Struct, kw_only=True, omit_defaults=True):
    """When a file expires."""

    anchor: Literal["created_at"]
    """From when on the time counts; only `created_at`."""
    seconds: Annotated[int, Meta(ge=3600, le=2592000)]
    """How long, in seconds: from an hour to 30 days."""


class UploadFileRequest(Struct, kw_only=True, omit_defaults=True):
    """A file to be kept. gRPC callers send all but `file` in their first message."""

    filename: str
    """The file's name, with its ending."""
    content_type: str
    """What kind of content it is, such as `application/pdf`."""
    file: bytes
    """What is in it."""
    purpose: Literal["assistants", "batch", "fine-tune", "vision", "user_data", "evals"]
    """What it is for."""
    expires_after: FileExpiresAfter | None = None
    """When it expires. As the service has it for the purpose if unset."""


class File(Struct, kw_only=True, omit_defaults=True):
    """What is known of a file."""

    id: str
    """Names it: `file-` and more."""
    object: Literal["file"] = field(default_factory=lambda: "file")
    """Always `file`."""
    bytes: int
    """Its size."""
    created_at: int
    """When it was uploaded, in Unix seconds."""
    expires_at: int | None = field(default_factory=lambda: None)
    """When it expires, in Unix seconds. Never if unset."""
    filename: str
    """The name it was uploaded under."""
    purpose: str
    """What it is for: one of the purposes of uploads, or `assistants_output`, `batch_output`, `fine-tune-results`."""
    status: str
    """Always `processed`: files can be used at once."""
    status_details: str | None = field(default_factory=lambda: None)
    """Says more about the status; unset."""


class ListFilesRequest(Struct, kw_only=True, omit_defaults=True):
    """Which files are listed."""

    after: str | None = None
    """The id of the last file of the page before."""
    limit: Annotated[int, Meta(ge=1, le=10000)] | None = None
    """The most files, from 1 to 10000. 10000 if unset."""
    order: Literal["asc", "desc"] | None = None
    """`desc`, newest first, if unset."""
    purpose: str | None = None
    """Only files for this purpose."""


class FileList(Struct, kw_only=True, omit_defaults=True):
    """Some files."""

    object: Literal["list"] = field(default_factory=lambda: "list")
    """Always `list`."""
    data: list[File]
    """The files."""
    has_more: bool
    """Whether there are more."""
    first_id: str
    """The first one's id; empty if there is none."""
    last_id: str
    """The last one's id; empty if there is none."""


class GetFileRequest(Struct, kw_only=True, omit_defaults=True):
    """Which file is wanted."""

    file_id: str
    """Its id."""


class DeleteFileRequest(Struct, kw_only=True, omit_defaults=True):
    """Which file is to be deleted."""

    file_id: str
    """Its id."""


class FileDeleted(Struct, kw_only=True, omit_defaults=True):
    """A file that is gone."""

    id: str
    """Its id."""
    object: Literal["file"] = field(default_factory=lambda: "file")
    """Always `file`."""
    deleted: bool
    """Always true."""


class GetFileContentRequest(Struct, kw_only=True, omit_defaults=True):
    """Which file's content is wanted."""

    file_id: str
    """Its id."""


class FileContent(Struct, kw_only=True, omit_defaults=True):
    """A piece of a file."""

    data: bytes
    """The bytes."""
    content_type: str | None = None
    """What kind of content the file is; in the first piece only."""
    filename: str | None = None
    """The file's name; in the first piece only."""
