"""Messages of `fleet.eval.v1`, as JSON has them. Written by `make gen`; do not edit."""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Raw, Struct, field

from fleet_runtime.encoded import ABSENT


class IterRowsRequest(Struct, kw_only=True, omit_defaults=True):
    """Which rows are wanted."""

    dataset_id: str
    """The dataset's name; may contain slashes."""
    start_index: Annotated[int, Meta(ge=0)] | None = None
    """How many rows come before the first that is wanted. None if unset."""
    limit: Annotated[int, Meta(ge=-1)] | None = None
    """The most rows. As many as a page may have if unset or -1."""
    cursor: Annotated[str, Meta(max_length=1000)] | None = None
    """`next_cursor` of the page before, instead of `start_index`: the source is read on from there, and not from its start."""


class RowsPage(Struct, kw_only=True, omit_defaults=True):
    """Some rows of a dataset."""

    data: list[Raw]
    """The rows, each a JSON object."""
    has_more: bool
    """Whether there are more."""
    url: str | None = field(default_factory=lambda: None)
    """Always unset."""
    next_cursor: str | None = field(default_factory=lambda: None)
    """What to ask for the next page with. Unset if there are no more."""


class AppendRowsRequest(Struct, kw_only=True, omit_defaults=True):
    """Rows to be appended."""

    dataset_id: str
    """The dataset's name; may contain slashes."""
    rows: Annotated[list[Raw], Meta(min_length=1)]
    """The rows, each a JSON object."""


class GetRowsPaginatedRequest(Struct, kw_only=True, omit_defaults=True):
    """Which rows are wanted."""

    dataset_id: str
    """The dataset's name."""
    rows_in_page: Annotated[int, Meta(ge=-1)]
    """The most rows. As many as a page may have if -1."""
    page_token: Annotated[str, Meta(max_length=1000)] | None = None
    """`next_page_token` of the page before. From the first row on if unset."""
    filter_condition: str | None = None
    """Not supported: only rows without a condition can be had."""


class PaginatedRows(Struct, kw_only=True, omit_defaults=True):
    """Some rows of a dataset."""

    rows: list[Raw]
    """The rows, each a JSON object."""
    total_count: int
    """How many rows there are here."""
    next_page_token: str | None = field(default_factory=lambda: None)
    """What to ask for the next page with. Unset if there are no more."""


class ListDatasetsRequest(Struct, kw_only=True, omit_defaults=True):
    """Asks for all datasets."""


DatasetRows: TypeAlias = list[Raw]
"""Rows of a dataset."""


class DatasetSource(Struct, kw_only=True, omit_defaults=True):
    """Where the rows of a dataset come from: an address, or the caller."""

    type: Literal["uri", "rows"]
    """Which of both."""
    uri: str | None = None
    """For `uri`, the address; which there are depends on the providers. `data:`, `http:`, `https:`, `lsfs://` for a file in
    the folder of the provider, the id of a file in the files service, `huggingface://datasets/<repository>`,
    `hf://datasets/<namespace>/<name>` in a NeMo Data Store.
    """
    rows: DatasetRows | None = None
    """For `rows`, the rows."""


class Dataset(Struct, kw_only=True, omit_defaults=True):
    """A dataset."""

    identifier: str
    """Its name."""
    provider_resource_id: str | None = field(default_factory=lambda: None)
    """The provider's name for it: the same."""
    provider_id: str
    """The provider that reads it."""
    type: Literal["dataset"] = field(default_factory=lambda: "dataset")
    """Always `dataset`."""
    purpose: str
    """What it is for."""
    source: DatasetSource
    """Where its rows come from."""
    metadata: Raw
    """A JSON object: what else is known of it."""


class DatasetList(Struct, kw_only=True, omit_defaults=True):
    """All datasets."""

    data: list[Dataset]
    """They."""


class GetDatasetRequest(Struct, kw_only=True, omit_defaults=True):
    """Which dataset is wanted."""

    dataset_id: str
    """Its name; may contain slashes."""


class UnregisterDatasetRequest(Struct, kw_only=True, omit_defaults=True):
    """Which dataset is to be taken away."""

    dataset_id: str
    """Its name; may contain slashes."""


class RegisterDatasetRequest(Struct, kw_only=True, omit_defaults=True):
    """A dataset to be registered."""

    purpose: Literal["eval/question-answer", "eval/messages-answer", "post-training/messages"]
    """What it is for: questions with their answers, conversations with theirs, or conversations to train on."""
    source: DatasetSource
    """Where its rows come from."""
    metadata: Raw = ABSENT
    """A JSON object: what else is to be known of it. `provider_id` in it names the provider; the first that reads such a
    source is taken if it does not.
    """
    dataset_id: Annotated[str, Meta(min_length=1, max_length=200)] | None = None
    """Its name. One is made up if unset."""


class ListScoringFunctionsRequest(Struct, kw_only=True, omit_defaults=True):
    """Asks for all scoring functions."""


class ReturnType(Struct, kw_only=True, omit_defaults=True):
    """Of what kind scores are."""

    type: Literal[
        "string",
        "number",
        "boolean",
        "array",
        "object",
        "json",
        "union",
        "chat_completion_input",
        "completion_input",
    ]
    """The kind."""


class ScoringParams(Struct, kw_only=True, omit_defaults=True):
    """The parameters of a scoring function."""

    type: Literal["llm_as_judge", "regex_parser", "basic"]
    """For what kind of function they are."""
    judge_model: str | None = None
    """For `llm_as_judge`, the model that judges."""
    prompt_template: str | None = None
    """For `llm_as_judge`, what the model is asked: `{input_query}` and other names of columns stand for what a row has
    there, and `{{` for a brace. The function's own if unset.
    """
    judge_score_regexes: list[str] | None = None
    """For `llm_as_judge`, how the score is found in what the model says: the first group of the first one that matches."""
    parsing_regexes: list[str] | None = None
    """For `regex_parser`, how the answer is found in what was generated: the first group of the first one that matches."""
    aggregation_functions: (
        list[Literal["average", "weighted_average", "median", "categorical_count", "accuracy"]]
        | None
    ) = None
    """What is made of the scores of all rows: `average`, `weighted_average`, `median`, `categorical_count`, `accuracy`. The
    function's own if empty.
    """


class ScoringFunction(Struct, kw_only=True, omit_defaults=True):
    """A scoring function."""

    identifier: str
    """Its name, such as `basic::equality`."""
    provider_resource_id: str | None = field(default_factory=lambda: None)
    """The provider's name for it."""
    provider_id: str
    """The provider that runs it."""
    type: Literal["scoring_function"] = field(default_factory=lambda: "scoring_function")
    """Always `scoring_function`."""
    description: str | None = field(default_factory=lambda: None)
    """What it is for."""
    metadata: Raw
    """A JSON object: what else is known of it."""
    return_type: ReturnType
    """Of what kind its scores are."""
    params: ScoringParams | None = field(default_factory=lambda: None)
    """What it does where a request says nothing else."""


class ScoringFunctionList(Struct, kw_only=True, omit_defaults=True):
    """All scoring functions."""

    data: list[ScoringFunction]
    """They."""


class GetScoringFunctionRequest(Struct, kw_only=True, omit_defaults=True):
    """Which scoring function is wanted."""

    scoring_fn_id: str
    """Its name; may contain slashes."""


class UnregisterScoringFunctionRequest(Struct, kw_only=True, omit_defaults=True):
    """Which scoring function is to be taken away."""

    scoring_fn_id: str
    """Its name; may contain slashes."""


class RegisterScoringFunctionRequest(Struct, kw_only=True, omit_defaults=True):
    """A scoring function to be registered."""

    scoring_fn_id: Annotated[str, Meta(min_length=1, max_length=200)]
    """Its name."""
    description: str
    """What it is for."""
    return_type: ReturnType
    """Of what kind its scores are."""
    provider_scoring_fn_id: str | None = None
    """The provider's name for it; the same if unset."""
    provider_id: str | None = None
    """The provider that runs it. The one that has a function of that name, or else the one that takes such parameters, if
    unset.
    """
    params: ScoringParams | None = None
    """What it does where a request says nothing else."""


OptionalScoringParams: TypeAlias = ScoringParams | None
"""Parameters for one request, or `null`."""


class ScoreRequest(Struct, kw_only=True, omit_defaults=True):
    """Rows to be scored."""

    input_rows: list[Raw]
    """The rows, each a JSON object: `input_query`, `generated_answer`, `expected_answer` and what else a function reads."""
    scoring_functions: dict[str, OptionalScoringParams]
    """By what they are scored: parameters by the names of scoring functions. A function's own parameters count where it
    says `null`.
    """


class ScoringResult(Struct, kw_only=True, omit_defaults=True):
    """What a scoring function found."""

    score_rows: list[Raw]
    """For each row a JSON object with its `score`, which may be `null`, and what more there is to say."""
    aggregated_results: Raw
    """A JSON object: what each aggregation made of the scores, by its name."""


class ScoreResponse(Struct, kw_only=True, omit_defaults=True):
    """How rows were scored."""

    results: dict[str, ScoringResult]
    """What came of it, by the names of the scoring functions."""


class ScoreBatchRequest(Struct, kw_only=True, omit_defaults=True):
    """A dataset whose rows are to be scored."""

    dataset_id: str
    """The dataset's name."""
    scoring_functions: dict[str, OptionalScoringParams]
    """By what they are scored, as for `ScoreRequest`."""
    save_results_dataset: bool | None = None
    """Whether to register a dataset with the rows and, in each, what came of it. No if unset."""


class ScoreBatchResponse(Struct, kw_only=True, omit_defaults=True):
    """How the rows of a dataset were scored."""

    dataset_id: str | None = field(default_factory=lambda: None)
    """The dataset with the results, if it was asked for."""
    results: dict[str, ScoringResult]
    """What came of it, by the names of the scoring functions."""
