"""Messages of `fleet.eval.v1`, as JSON has them. Written by `make gen`; do not edit."""

from typing import Annotated, Literal, TypeAlias

from msgspec import Meta, Raw, Struct, field

from fleet_runtime.encoded import ABSENT


class ListBenchmarksRequest(Struct, kw_only=True, omit_defaults=True):
    """Asks for all benchmarks."""


class Benchmark(Struct, kw_only=True, omit_defaults=True):
    """A benchmark."""

    identifier: str
    """Its name."""
    provider_resource_id: str | None = field(default_factory=lambda: None)
    """The provider's name for it."""
    provider_id: str
    """The provider that runs it."""
    type: Literal["benchmark"] = field(default_factory=lambda: "benchmark")
    """Always `benchmark`."""
    dataset_id: str
    """The dataset whose rows are asked."""
    scoring_functions: list[str]
    """The names of the scoring functions."""
    metadata: Raw
    """A JSON object: what else is known of it."""


class BenchmarkList(Struct, kw_only=True, omit_defaults=True):
    """All benchmarks."""

    data: list[Benchmark]
    """They."""


class GetBenchmarkRequest(Struct, kw_only=True, omit_defaults=True):
    """Which benchmark is wanted."""

    benchmark_id: str
    """Its name."""


class UnregisterBenchmarkRequest(Struct, kw_only=True, omit_defaults=True):
    """Which benchmark is to be taken away."""

    benchmark_id: str
    """Its name."""


class RegisterBenchmarkRequest(Struct, kw_only=True, omit_defaults=True):
    """A benchmark to be registered."""

    benchmark_id: Annotated[str, Meta(min_length=1, max_length=200)]
    """Its name, without slashes."""
    dataset_id: str
    """The dataset whose rows are asked."""
    scoring_functions: list[str]
    """The names of the scoring functions."""
    provider_benchmark_id: str | None = None
    """The provider's name for it; the same if unset."""
    provider_id: str | None = None
    """The provider that runs it. The first of the config if unset."""
    metadata: Raw = ABSENT
    """A JSON object: what else is to be known of it, some of it by the provider."""


class RegisterEvalTaskRequest(Struct, kw_only=True, omit_defaults=True):
    """A benchmark to be registered, by the older names."""

    eval_task_id: Annotated[str, Meta(min_length=1, max_length=200)]
    """As `RegisterBenchmarkRequest.benchmark_id`."""
    dataset_id: str
    """The dataset whose rows are asked."""
    scoring_functions: list[str]
    """The names of the scoring functions."""
    provider_eval_task_id: str | None = None
    """As `RegisterBenchmarkRequest.provider_benchmark_id`."""
    provider_id: str | None = None
    """As `RegisterBenchmarkRequest.provider_id`."""
    metadata: Raw = ABSENT
    """As `RegisterBenchmarkRequest.metadata`."""


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


class EvalSamplingStrategy(Struct, kw_only=True, omit_defaults=True):
    """A sampling strategy; `type` says which of the other fields are set."""

    type: Literal["greedy", "top_p", "top_k"]
    """`greedy`, `top_p` or `top_k`."""
    temperature: Annotated[float, Meta(ge=0, le=2)] | None = None
    """Sampling temperature in [0, 2], for `top_p`."""
    top_p: Annotated[float, Meta(ge=0, le=1)] | None = None
    """Only the likeliest tokens that together reach this probability are sampled, for `top_p`. 0.95 if unset."""
    top_k: Annotated[int, Meta(ge=1)] | None = None
    """Only this many of the likeliest tokens are sampled, for `top_k`."""


class EvalSamplingParams(Struct, kw_only=True, omit_defaults=True):
    """How a model chooses tokens."""

    strategy: EvalSamplingStrategy | None = None
    """Greedily if unset."""
    max_tokens: Annotated[int, Meta(ge=0)] | None = None
    """The most tokens of an answer. What the context allows if unset or 0."""
    repetition_penalty: Annotated[float, Meta(ge=-2, le=2)] | None = None
    """Divides the logits of tokens that occur so far. 1, which is none, if unset."""
    stop: Annotated[list[str], Meta(max_length=4)] | None = None
    """Up to four strings that end an answer and are not part of it."""


class EvalSystemMessage(Struct, kw_only=True, omit_defaults=True):
    """What a model is told first."""

    role: Literal["system"] = field(default_factory=lambda: "system")
    """Always `system`."""
    content: Raw
    """JSON: a text, an item `{"type": "text", "text": …}`, or a list of such items."""


class EvalCandidate(Struct, kw_only=True, omit_defaults=True):
    """A model or an agent whose answers are scored."""

    type: Literal["model", "agent"]
    """Which of the two."""
    model: Annotated[str, Meta(min_length=1)] | None = None
    """The model. Needed where it is one."""
    sampling_params: EvalSamplingParams | None = None
    """How a model chooses tokens. Greedily if unset."""
    system_message: EvalSystemMessage | None = None
    """What a model is told first. Nothing if unset."""
    config: Raw = ABSENT
    """What an agent is: a JSON object as `CreateAgentRequest.agent_config` has it. Needed where it is one."""


class BenchmarkConfig(Struct, kw_only=True, omit_defaults=True):
    """Who answers, and how."""

    eval_candidate: EvalCandidate
    """Who answers."""
    scoring_params: dict[str, ScoringParams] | None = None
    """Parameters of scoring functions, by their names. The functions' own count for those that are not there."""
    num_examples: Annotated[int, Meta(ge=1)] | None = None
    """How many rows are asked, the first ones. All if unset."""
    use_cache: bool | None = None
    """Whether answers that the same candidate gave to the same questions in earlier jobs are taken. Yes if unset. Only such
    are that leave nothing to chance: of models that answer greedily. An extension.
    """


class RunEvalRequest(Struct, kw_only=True, omit_defaults=True):
    """A benchmark to be run."""

    benchmark_id: str
    """The benchmark."""
    benchmark_config: BenchmarkConfig
    """Who answers, and how."""


class RunEvalTaskRequest(Struct, kw_only=True, omit_defaults=True):
    """A benchmark to be run, by the older names."""

    task_id: str
    """The benchmark."""
    task_config: BenchmarkConfig
    """Who answers, and how."""


class EvaluateRowsRequest(Struct, kw_only=True, omit_defaults=True):
    """Rows to be answered and scored."""

    benchmark_id: str
    """The benchmark, whose provider does it."""
    input_rows: Annotated[list[Raw], Meta(min_length=1)]
    """The rows, each a JSON object, as those of datasets."""
    scoring_functions: Annotated[list[str], Meta(min_length=1)]
    """The names of the scoring functions."""
    benchmark_config: BenchmarkConfig
    """Who answers, and how."""


class EvaluateTaskRowsRequest(Struct, kw_only=True, omit_defaults=True):
    """Rows to be answered and scored, by the older names."""

    task_id: str
    """The benchmark, whose provider does it."""
    input_rows: Annotated[list[Raw], Meta(min_length=1)]
    """As `EvaluateRowsRequest.input_rows`."""
    scoring_functions: Annotated[list[str], Meta(min_length=1)]
    """The names of the scoring functions."""
    task_config: BenchmarkConfig
    """Who answers, and how."""


class GetEvalJobRequest(Struct, kw_only=True, omit_defaults=True):
    """Which job is wanted."""

    benchmark_id: str
    """The benchmark."""
    job_id: str
    """The job."""


class CancelEvalJobRequest(Struct, kw_only=True, omit_defaults=True):
    """Which job is to end."""

    benchmark_id: str
    """The benchmark."""
    job_id: str
    """The job."""


class GetEvalResultRequest(Struct, kw_only=True, omit_defaults=True):
    """The results of which job are wanted."""

    benchmark_id: str
    """The benchmark."""
    job_id: str
    """The job."""


class ListEvalJobsRequest(Struct, kw_only=True, omit_defaults=True):
    """Which jobs are listed."""

    benchmark_id: str
    """The benchmark."""
    after: str | None = None
    """The job after which the page begins. The first page if unset."""
    limit: int | None = None
    """The most jobs, 1 to 100. 20 if unset."""


class EvalProgress(Struct, kw_only=True, omit_defaults=True):
    """How many rows a job has done."""

    total: int | None = None
    """How many it has, once that is known."""
    answered: int
    """How many have come to something."""
    cached: int
    """How many of these were answered in an earlier job, or as another row."""
    failed: int
    """How many of these could not be answered. They have no scores."""
    scored: int
    """How many were scored."""


class EvalError(Struct, kw_only=True, omit_defaults=True):
    """Why a job failed, or a row."""

    code: str | None = field(default_factory=lambda: None)
    """For machines."""
    message: str
    """For people."""


class EvalJob(Struct, kw_only=True, omit_defaults=True):
    """A run of a benchmark. What is beyond `job_id` and `status` is an extension."""

    job_id: str
    """Names it."""
    status: str
    """How far it is: `scheduled`, `in_progress`, `completed`, `failed` or `cancelled`."""
    progress: EvalProgress
    """How many rows it has done."""
    error: EvalError | None = None
    """Why it failed, if it did."""
    created_at: int
    """When it was created, in Unix seconds."""
    ended_at: int | None = None
    """When it ended, in Unix seconds."""


class EvalJobList(Struct, kw_only=True, omit_defaults=True):
    """Some jobs of a benchmark."""

    data: list[EvalJob]
    """They."""
    has_more: bool
    """Whether there are more after these."""
    last_id: str | None = field(default_factory=lambda: None)
    """The last one, for `after`."""


class EvaluateResponse(Struct, kw_only=True, omit_defaults=True):
    """All that came of rows."""

    generations: list[Raw]
    """What was said to each row: a JSON object with its `generated_answer`, which is `null` if it could not be answered, and
    what more there is to say.
    """
    scores: dict[str, ScoringResult]
    """What came of it, by the names of the scoring functions."""


class GetEvalReportRequest(Struct, kw_only=True, omit_defaults=True):
    """Which report is wanted."""

    benchmark_id: str
    """The benchmark."""
    job_id: str
    """The job."""
    group_by: Annotated[str, Meta(min_length=1)] | None = None
    """A column of the rows: the report has a table by its values as well."""


class EvalInterval(Struct, kw_only=True, omit_defaults=True):
    """Where a number would be, had all rows been asked that there could be."""

    level: float
    """With this probability."""
    lower: float
    """At least here."""
    upper: float
    """At most here."""
    method: str
    """By which method, such as `wilson`."""


class EvalMetric(Struct, kw_only=True, omit_defaults=True):
    """One number of a report."""

    scoring_function: str
    """The scoring function."""
    name: str
    """The aggregation, such as `accuracy`."""
    value: float | None = field(default_factory=lambda: None)
    """The number. `null` if there is none, as no row has a score."""
    interval: EvalInterval | None = None
    """How sure it is, where that can be told."""


class EvalGroup(Struct, kw_only=True, omit_defaults=True):
    """The rows that have the same value in a column."""

    value: str | None = field(default_factory=lambda: None)
    """The value, as a text; `null` for rows that have none."""
    count: int
    """How many rows are scored."""
    metrics: list[EvalMetric]
    """For each scoring function the mean of their scores; a row without one counts as 0."""


class EvalReport(Struct, kw_only=True, omit_defaults=True):
    """What came of a job."""

    job: EvalJob
    """The job."""
    benchmark_id: str
    """The benchmark."""
    provider_id: str
    """The provider that runs it."""
    dataset_id: str
    """The dataset whose rows it asked."""
    benchmark_config: BenchmarkConfig
    """Who answered, and how."""
    metrics: list[EvalMetric]
    """What was made of the scores of all rows."""
    groups: list[EvalGroup] | None = None
    """The mean scores by the values of the column of `group_by`, the most rows first."""


class ListEvalReportRowsRequest(Struct, kw_only=True, omit_defaults=True):
    """Which rows are wanted."""

    benchmark_id: str
    """The benchmark."""
    job_id: str
    """The job."""
    cursor: str | None = None
    """Where the page before ended. The first page if unset."""
    limit: Annotated[int, Meta(ge=1, le=1000)] | None = None
    """The most rows, 1 to 1000. 50 if unset."""
    scoring_function: str | None = None
    """A scoring function: only rows that it has scored, or, with one of the next two, those in that range."""
    min_score: float | None = None
    """The least score. Needs `scoring_function`."""
    max_score: float | None = None
    """The largest score. Needs `scoring_function`; rows without a score are below all."""
    failed: bool | None = None
    """Only rows that could not be answered, or, if false, only others."""


class EvalReportRow(Struct, kw_only=True, omit_defaults=True):
    """What came of one row."""

    index: int
    """Which one it is, from 0."""
    row: Raw
    """The row itself, a JSON object."""
    generation: Raw
    """What was said to it, a JSON object, as in `EvaluateResponse.generations`."""
    scores: Raw
    """A JSON object: how it was scored, by the names of scoring functions. Empty until it is scored."""
    cached: bool
    """Whether the answer is one of an earlier job, or of another row."""
    error: EvalError | None = None
    """Why it could not be answered, if it could not."""


class EvalReportRowList(Struct, kw_only=True, omit_defaults=True):
    """Some rows of a report."""

    data: list[EvalReportRow]
    """They."""
    has_more: bool
    """Whether there are more after these."""
    next_cursor: str | None = field(default_factory=lambda: None)
    """Where the next page begins, if there is one."""


class CompareEvalJobsRequest(Struct, kw_only=True, omit_defaults=True):
    """Which jobs are compared."""

    benchmark_id: str
    """The benchmark of both."""
    job_id: str
    """The one job."""
    other_job_id: str
    """The other job."""


class EvalDifference(Struct, kw_only=True, omit_defaults=True):
    """How the scores of a scoring function differ. A row without a score counts as 0."""

    scoring_function: str
    """The function."""
    count: int
    """How many rows are compared."""
    mean: float
    """The mean score in the one job."""
    other_mean: float
    """The mean score in the other job."""
    difference: float
    """`mean - other_mean`."""
    interval: EvalInterval | None = None
    """Where that difference would be, had all rows been asked that there could be. Unset for a single row."""
    better: int
    """How many rows score higher in the one job."""
    worse: int
    """How many rows score lower in the one job."""
    test: str
    """`mcnemar` where all scores are 0 or 1, else `permutation`."""
    p_value: float
    """How likely a difference at least as large is, if the two were equally good."""
    significant: bool
    """Whether that is below 0.05."""


class EvalComparison(Struct, kw_only=True, omit_defaults=True):
    """How the scores of two jobs differ."""

    job_id: str
    """The one job."""
    other_job_id: str
    """The other job."""
    unmatched: int
    """How many rows one of them has that are not compared."""
    differences: list[EvalDifference]
    """What is found, for each scoring function that both have, and whose scores are numbers."""
