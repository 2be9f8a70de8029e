"""The settings of the agents service."""

from pydantic import Field

from fleet_runtime.config import Config
from fleet_runtime.jobs import WorkerConfig
from fleet_runtime.store import DatabaseConfig
from fleet_upstream.fetch_settings import FetchConfig

SCHEMA = "agents"
"""The schema of the service's tables."""
JOBS = "agents_jobs"
"""The table of its jobs: responses that are made in the background."""


class StoreConfig(Config):
    """Where responses, conversations and prompts are kept."""

    database: DatabaseConfig
    """Where."""


class BackgroundConfig(WorkerConfig):
    """How responses are made in the background."""

    in_flight: int = Field(default=32, ge=1)
    """How many at once, in each process."""
    lease_seconds: float = Field(default=10.0, gt=0)
    """How long after its last sign of life others take over what a process has begun."""
    seconds: float = Field(default=3600.0, gt=0)
    """The longest that one may take."""
    most_waiting: int = Field(default=10_000, ge=1)
    """How many may wait for their turn. More are refused."""


class RunConfig(Config):
    """How a response is made."""

    max_infer_iters: int = Field(default=10, ge=1)
    """How often the model is asked at most, where the request leaves it open."""
    parallel_tools: int = Field(default=8, ge=1)
    """How many tools of one response run at once."""
    tool_seconds: float = Field(default=120.0, gt=0)
    """The longest that a tool may take. The model is told then."""
    seconds: float = Field(default=600.0, gt=0)
    """The longest that a response may take."""


class SearchConfig(Config):
    """What the model is told of what a file search found."""

    enable_annotations: bool = True
    """Whether the model is asked to cite files, and what it cites becomes annotations."""
    header_template: str = "The file search found {num_chunks} passages:\n"
    """What comes first; may hold `{num_chunks}` and `{query}`."""
    chunk_annotation_template: str = (
        "\n[{index}] from {filename}, file id <|{file_id}|>\n{content}\n"
    )
    """What is said of each passage."""
    footer_template: str = "\nThese were all passages.\n"
    """What comes last."""
    annotation_instruction_template: str = (
        "\nAnswer from these passages. Where a sentence rests on one of them, put the file's id right before its full"
        " stop, like this: it rained all day <|file-123|>."
    )
    """How the model is asked to cite."""


class CompactionConfig(Config):
    """How long conversations are made short."""

    instructions: str = (
        "Sum up the conversation above for somebody who goes on with it and has not read it: what was asked for, what"
        " is known by now, what was done and decided, and what is still open. Keep names, numbers and ids as they are."
    )
    """What the model is told."""
    max_tokens: int = Field(default=2048, ge=16)
    """The longest summary."""
    threshold: int = Field(default=100_000, ge=1)
    """From how many tokens on a conversation is made short where a request wants that and leaves the number open."""


class AttachmentConfig(Config):
    """Which images and files messages may name."""

    most: int = Field(default=50, ge=0)
    """How many one conversation may have."""
    most_bytes: int = Field(default=20 * 2**20, ge=1)
    """The largest file."""
    most_characters: int = Field(default=400_000, ge=1)
    """The longest text of a file."""
    most_characters_together: int = Field(default=64 * 2**20, ge=1)
    """The most that all of one conversation may have, texts and images, these in base64."""
    fetch: FetchConfig | None = FetchConfig()
    """How files are fetched that are given by their addresses. They are refused if `null`."""


class GuardrailConfig(Config):
    """How guardrails check."""

    characters: int = Field(default=240, ge=1)
    """After how many characters an answer is checked, where no sentence ends before. What is not checked is not
    shown."""
    seconds: float = Field(default=30.0, gt=0)
    """The longest that one check may take."""
    message: str = "I cannot help with that."
    """What is said in place of what was unsafe, where the shield does not say."""


class ServiceConfig(Config):
    """The agents service."""

    store: StoreConfig
    """Where responses, conversations and prompts are kept."""
    inference: str = "inference"
    """The name of the service that runs models."""
    vector_io: str | None = "vector-io"
    """The name of the service that searches files. Requests with `file_search` are refused if `null`."""
    files: str | None = "files"
    """The name of the service that keeps files, which messages may name. They are refused if `null`."""
    tools: str | None = "tools"
    """The name of the service that runs tools. Only `function` and `file_search` tools are taken if `null`."""
    safety: str | None = None
    """The name of the service that checks input and output. Requests with `guardrails` are refused if unset."""
    default_shields: list[str] = []
    """The shields of requests with `"guardrails": true`."""
    guardrails: GuardrailConfig = GuardrailConfig()
    """How guardrails check."""
    attachments: AttachmentConfig = AttachmentConfig()
    """Which images and files messages may name."""
    runs: RunConfig = RunConfig()
    """How a response is made."""
    background: BackgroundConfig = BackgroundConfig()
    """How responses are made in the background."""
    file_search: SearchConfig = SearchConfig()
    """What the model is told of what a file search found."""
    web_search_toolgroup: str = "builtin::websearch"
    """The tool group that `web_search` uses."""
    code_interpreter_toolgroup: str = "builtin::code_interpreter"
    """The tool group that `code_interpreter` uses."""
    compaction: CompactionConfig = CompactionConfig()
    """How long conversations are made short."""
