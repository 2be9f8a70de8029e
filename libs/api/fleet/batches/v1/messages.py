"""Messages of `fleet.batches.v1`, as JSON has them. Written by `make gen`; do not edit."""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Raw, Struct, field

from fleet_runtime.encoded import ABSENT


class OutputExpiresAfter(Struct, kw_only=True, omit_defaults=True):
    """When files with answers expire."""

    anchor: Literal["created_at"]
    """From when on the time counts: the file's creation; only `created_at`."""
    seconds: Annotated[int, Meta(ge=3600, le=2592000)]
    """How long, in seconds: from an hour to 30 days."""


class CreateBatchRequest(Struct, kw_only=True, omit_defaults=True):
    """What is to be answered."""

    input_file_id: Annotated[str, Meta(min_length=1)]
    """The file with the requests."""
    endpoint: Literal["/v1/chat/completions", "/v1/completions", "/v1/embeddings", "/v1/responses"]
    """Where all of them go."""
    completion_window: str
    """How long it may take: `24h`, or another number of `d`, `h`, `m` or `s`, up to what the service allows."""
    metadata: Annotated[dict[str, str], Meta(max_length=16)] | None = None
    """Up to 16 pairs that are kept with it. Keys have up to 64 characters, values up to 512."""
    idempotency_key: Annotated[str, Meta(min_length=1, max_length=255)] | None = None
    """The caller's name for this request, up to 255 characters: sent again, it gets the batch that there is."""
    output_expires_after: OutputExpiresAfter | None = None
    """When the files with the answers expire. As the files service has it if unset."""


class BatchError(Struct, kw_only=True, omit_defaults=True):
    """What is wrong with an input, or with one line of it."""

    code: str
    """For machines, such as `invalid_json_line`, `missing_required_parameter`, `duplicate_custom_id` or `model_not_found`."""
    line: int | None = field(default_factory=lambda: None)
    """The line, from 1; unset if it is the file as a whole."""
    message: str
    """For people."""
    param: str | None = field(default_factory=lambda: None)
    """The field of the line, such as `body.messages`; or of the request for the batch."""


class BatchErrors(Struct, kw_only=True, omit_defaults=True):
    """What is wrong with an input."""

    object: Literal["list"] = field(default_factory=lambda: "list")
    """Always `list`."""
    data: list[BatchError]
    """All of it, in the order of the lines; in lists of batches the first 100."""


class BatchRequestCounts(Struct, kw_only=True, omit_defaults=True):
    """How many lines of a batch came to what. Those that are given up are in none but `total`."""

    total: int
    """All of them; 0 while it is not known."""
    completed: int
    """Those that were answered."""
    failed: int
    """Those that failed."""


class BatchInputTokensDetails(Struct, kw_only=True, omit_defaults=True):
    """What is known of the tokens read."""

    cached_tokens: int
    """Those found in prefix caches."""


class BatchOutputTokensDetails(Struct, kw_only=True, omit_defaults=True):
    """What is known of the tokens produced."""

    reasoning_tokens: int
    """Those that were thought, not said."""


class BatchUsage(Struct, kw_only=True, omit_defaults=True):
    """What a batch cost, in tokens."""

    input_tokens: int
    """Tokens read."""
    input_tokens_details: BatchInputTokensDetails
    """What is known of them."""
    output_tokens: int
    """Tokens produced."""
    output_tokens_details: BatchOutputTokensDetails
    """What is known of them."""
    total_tokens: int
    """Their sum."""


class Batch(Struct, kw_only=True, omit_defaults=True):
    """A batch, and how far it is. All times are in Unix seconds."""

    id: str
    """Names it: `batch_` and more."""
    object: Literal["batch"] = field(default_factory=lambda: "batch")
    """Always `batch`."""
    endpoint: str
    """Where its lines go."""
    model: str | None = field(default_factory=lambda: None)
    """The model of its lines; unset while it is not known, and if they have several."""
    errors: BatchErrors | None = field(default_factory=lambda: None)
    """What is wrong with its input, if it has failed."""
    input_file_id: str
    """The file with the requests."""
    completion_window: str
    """How long it may take."""
    status: str
    """`validating`, `failed`, `in_progress`, `finalizing`, `completed`, `expired`, `cancelling` or `cancelled`."""
    output_file_id: str | None = field(default_factory=lambda: None)
    """The file with the answers; unset while it is not there, and if there are none."""
    error_file_id: str | None = field(default_factory=lambda: None)
    """The file with the lines that failed or were given up; unset while it is not there, and if there are none."""
    created_at: int
    """When it was created."""
    in_progress_at: int | None = field(default_factory=lambda: None)
    """When the first line could be answered."""
    expires_at: int | None = field(default_factory=lambda: None)
    """From when on what is not answered is given up."""
    finalizing_at: int | None = field(default_factory=lambda: None)
    """When the files with the answers were begun."""
    completed_at: int | None = field(default_factory=lambda: None)
    """When it ended with all lines answered or failed."""
    failed_at: int | None = field(default_factory=lambda: None)
    """When it failed."""
    expired_at: int | None = field(default_factory=lambda: None)
    """When it ended because its time was over."""
    cancelling_at: int | None = field(default_factory=lambda: None)
    """When it was cancelled."""
    cancelled_at: int | None = field(default_factory=lambda: None)
    """When it ended because it was cancelled."""
    request_counts: BatchRequestCounts
    """How many lines came to what."""
    usage: BatchUsage
    """What they cost."""
    metadata: dict[str, str] | None = field(default_factory=lambda: None)
    """The pairs that are kept with it."""


class ListBatchesRequest(Struct, kw_only=True, omit_defaults=True):
    """Which batches are listed."""

    after: str | None = None
    """The id of the last batch of the page before."""
    limit: Annotated[int, Meta(ge=1, le=100)] | None = None
    """The most batches, from 1 to 100. 20 if unset."""


class BatchList(Struct, kw_only=True, omit_defaults=True):
    """Some batches."""

    object: Literal["list"] = field(default_factory=lambda: "list")
    """Always `list`."""
    data: list[Batch]
    """The batches."""
    first_id: str | None = field(default_factory=lambda: None)
    """The first one's id; unset if there is none."""
    last_id: str | None = field(default_factory=lambda: None)
    """The last one's id; unset if there is none."""
    has_more: bool
    """Whether there are more."""


class GetBatchRequest(Struct, kw_only=True, omit_defaults=True):
    """Which batch is wanted."""

    batch_id: str
    """Its id."""


class CancelBatchRequest(Struct, kw_only=True, omit_defaults=True):
    """Which batch is to be cancelled."""

    batch_id: str
    """Its id."""
