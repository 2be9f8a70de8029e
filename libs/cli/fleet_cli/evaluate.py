"""`llama eval …`: how good a model's answers are."""

from pathlib import Path
from typing import Annotated

import msgspec
import typer
from rich.markup import escape
from rich.table import Table

from fleet.eval.v1 import messages as m
from fleet_cli import plots
from fleet_cli.consoles import out
from fleet_cli.remote import (
    DEFAULT,
    Url,
    Watch,
    WrongInputError,
    card,
    fleet_at,
    moment,
    note,
)
from fleet_cli.rest import Gateway, segment
from fleet_cli.tables import table
from fleet_cli.watching import Look, coloured, ended, share, watch

app = typer.Typer(
    help="Run benchmarks: have a model answer the rows of a dataset, and score the answers.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)

_BENCHMARKS = "/v1alpha/eval/benchmarks"

Benchmark = Annotated[str, typer.Argument(metavar="BENCHMARK", help="See `llama eval benchmarks`.")]
Job = Annotated[
    str | None, typer.Argument(metavar="[JOB]", help="Which run; the newest if left out.")
]


@app.command()
def benchmarks(url: Url = DEFAULT) -> None:
    """List the benchmarks that can be run.

    For example:

        llama eval benchmarks
    """
    with fleet_at(url) as fleet:
        shown = table("BENCHMARK", "DATASET", "SCORED BY", "PROVIDER")
        for each in fleet.get(_BENCHMARKS, m.BenchmarkList).data:
            functions = ", ".join(each.scoring_functions)
            shown.add_row(
                *map(escape, (each.identifier, each.dataset_id, functions)), each.provider_id
            )
        out.print(shown, highlight=False)


@app.command()
def run(
    benchmark: Benchmark,
    model: Annotated[str, typer.Option("--model", "-m", help="Who answers.")],
    examples: Annotated[
        int | None,
        typer.Option("--num-examples", "-n", help="The first rows only.", min=1),
    ] = None,
    system: Annotated[
        str | None, typer.Option("--system", help="What the model is told first.")
    ] = None,
    max_tokens: Annotated[
        int | None, typer.Option(help="The most tokens of an answer.", min=1)
    ] = None,
    *,
    cache: Annotated[
        bool, typer.Option("--cache/--no-cache", help="Take answers of earlier runs.")
    ] = True,
    stay: Watch = False,
    url: Url = DEFAULT,
) -> None:
    """Run a benchmark. The run's id is printed.

    It lives in the fleet: it goes on when this command ends, and when services die.

    For example:

        llama eval run fleet-arithmetic --model chat --watch
        llama eval run builtin-simpleqa -m chat --num-examples 100
        llama eval run fleet-arithmetic -m chat --system "Answer with a number only."
    """
    with fleet_at(url) as fleet:
        config = m.BenchmarkConfig(
            eval_candidate=_candidate(model, system, max_tokens),
            num_examples=examples,
            use_cache=None if cache else False,
        )
        job = fleet.post(f"{_of(benchmark)}/jobs", {"benchmark_config": config}, m.EvalJob)
        out.print(job.job_id, highlight=False)
        if stay:
            _stay(fleet, benchmark, job)


@app.command("list")
def list_jobs(
    benchmark: Benchmark,
    limit: Annotated[int, typer.Option(help="The most runs.", min=1, max=100)] = 20,
    url: Url = DEFAULT,
) -> None:
    """List the runs of a benchmark, newest first.

    For example:

        llama eval list fleet-arithmetic
    """
    with fleet_at(url) as fleet:
        shown = table("RUN", "STATUS", "DONE", "FAILED", "CREATED")
        page = fleet.get(f"{_of(benchmark)}/jobs", m.EvalJobList, limit=limit)
        for job in page.data:
            look = _look(job)
            shown.add_row(
                *(job.job_id, coloured(job.status), share(look.done, look.total)),
                *(str(job.progress.failed or ""), moment(job.created_at)),
            )
        out.print(shown, highlight=False)
        if page.has_more:
            note(f"there are more than these {limit}")


@app.command()
def status(benchmark: Benchmark, job_id: Job = None, url: Url = DEFAULT) -> None:
    """Tell how far a run is.

    For example:

        llama eval status fleet-arithmetic
        llama eval status fleet-arithmetic 5f0c
    """
    with fleet_at(url) as fleet:
        job = _get(fleet, benchmark, job_id)
        progress = job.progress
        card(
            run=job.job_id,
            status=job.status,
            answered=f"{share(progress.answered, progress.total)} ({progress.cached} cached)",
            scored=str(progress.scored),
            failed=str(progress.failed),
            created=moment(job.created_at),
            ended=moment(job.ended_at),
            error=job.error.message if job.error else "",
        )


@app.command("watch")
def watch_job(benchmark: Benchmark, job_id: Job = None, url: Url = DEFAULT) -> None:
    """Watch a run until it has ended; the exit code is 1 if it is not completed.

    The bar goes on when the gateway is away for a while. Ctrl-C ends the watching, and not the run.

    For example:

        llama eval watch fleet-arithmetic
    """
    with fleet_at(url) as fleet:
        _stay(fleet, benchmark, _get(fleet, benchmark, job_id))


@app.command()
def cancel(
    benchmark: Benchmark,
    job_id: Annotated[str, typer.Argument(metavar="JOB", help="Which run.")],
    url: Url = DEFAULT,
) -> None:
    """End a run early. What it has found so far stays in its report.

    For example:

        llama eval cancel fleet-arithmetic 5f0c
    """
    with fleet_at(url) as fleet:
        fleet.delete(f"{_of(benchmark)}/jobs/{segment(job_id)}")
        out.print(f"{escape(job_id)} is cancelled", highlight=False)


@app.command()
def report(
    benchmark: Benchmark,
    job_id: Job = None,
    group_by: Annotated[
        str | None,
        typer.Option(metavar="COLUMN", help="Also by the values of this column of the rows."),
    ] = None,
    plot: Annotated[
        Path | None, typer.Option(metavar="FILE.png", help="Draw the scores into this file.")
    ] = None,
    url: Url = DEFAULT,
) -> None:
    """Show what came of a run: the scores, and between what bounds they lie.

    Of a run that goes on it is what has been found so far. Plots need the extra `plot`.

    For example:

        llama eval report fleet-arithmetic
        llama eval report builtin-simpleqa --group-by topic
        llama eval report fleet-arithmetic 5f0c --plot scores.png
    """
    with fleet_at(url) as fleet:
        job = _get(fleet, benchmark, job_id)
        found = fleet.get(
            f"{_of(benchmark)}/jobs/{segment(job.job_id)}/report", m.EvalReport, group_by=group_by
        )
        _show(found, group_by)
        if plot:
            _plot(found, plot)


@app.command()
def compare(
    benchmark: Benchmark,
    one: Annotated[str, typer.Argument(metavar="A", help="The one run.")],
    other: Annotated[str, typer.Argument(metavar="B", help="The other run.")],
    url: Url = DEFAULT,
) -> None:
    """Tell how the scores of two runs of a benchmark differ, and whether by chance.

    For example:

        llama eval compare fleet-arithmetic 5f0c 91ab
    """
    with fleet_at(url) as fleet:
        found = fleet.get(
            f"{_of(benchmark)}/jobs/{segment(one)}/comparison/{segment(other)}", m.EvalComparison
        )
        shown = table(
            "SCORED BY", "ROWS", "A", "B", "A - B", "BETTER", "WORSE", "P", "IS IT CHANCE?"
        )
        for each in found.differences:
            shown.add_row(
                *(escape(each.scoring_function), str(each.count)),
                *(f"{each.mean:.3f}", f"{each.other_mean:.3f}"),
                f"{each.difference:+.3f} {_bounds(each.interval)}",
                *(str(each.better), str(each.worse), f"{each.p_value:.3g}"),
                "[green]no" if each.significant else "[yellow]it may be",
            )
        out.print(shown, highlight=False)
        if found.unmatched:
            note(f"{found.unmatched} rows are in one run only, or scored in one only")


def _of(benchmark: str) -> str:
    return f"{_BENCHMARKS}/{segment(benchmark)}"


def _get(fleet: Gateway, benchmark: str, job_id: str | None) -> m.EvalJob:
    """Return a run of a benchmark, the newest one if `job_id` is `None`."""
    if job_id is not None:
        return fleet.get(f"{_of(benchmark)}/jobs/{segment(job_id)}", m.EvalJob)
    jobs = fleet.get(f"{_of(benchmark)}/jobs", m.EvalJobList, limit=1).data
    if not jobs:
        raise WrongInputError(
            f"{benchmark} was never run; `llama eval run {benchmark} --model MODEL` runs it"
        )
    return jobs[0]


def _candidate(model: str, system: str | None, max_tokens: int | None) -> m.EvalCandidate:
    """Return who answers: a model that chooses tokens greedily."""
    candidate = m.EvalCandidate(type="model", model=model)
    if system is not None:
        candidate.system_message = m.EvalSystemMessage(
            content=msgspec.Raw(msgspec.json.encode(system))
        )
    if max_tokens is not None:
        candidate.sampling_params = m.EvalSamplingParams(max_tokens=max_tokens)
    return candidate


def _look(job: m.EvalJob) -> Look:
    progress = job.progress
    told = (("scored", progress.scored), ("cached", progress.cached), ("failed", progress.failed))
    detail = ", ".join(f"{number} {what}" for what, number in told if number)
    return Look(job.status, progress.answered, progress.total, detail)


def _stay(fleet: Gateway, benchmark: str, job: m.EvalJob) -> None:
    def ask() -> m.EvalJob:
        return _get(fleet, benchmark, job.job_id)

    again = f"llama eval watch {benchmark} {job.job_id}"
    last = watch(benchmark, job, ask, _look, again)
    if last.status == "completed":
        note(f"scores: [bold]llama eval report {escape(benchmark)} {job.job_id}[/]")
    ended(_look(last), last.error.message if last.error else _look(last).detail)


def _show(found: m.EvalReport, column: str | None) -> None:
    config, job = found.benchmark_config, found.job
    look = _look(job)
    card(
        benchmark=found.benchmark_id,
        run=job.job_id,
        status=f"{job.status}, {share(look.done, look.total)} rows answered, {job.progress.failed} failed",
        dataset=found.dataset_id,
        candidate=config.eval_candidate.model or config.eval_candidate.type,
        error=job.error.message if job.error else "",
    )
    out.print()
    shown = table("SCORED BY", "METRIC", "VALUE", "BOUNDS")
    for metric in found.metrics:
        shown.add_row(
            *(escape(metric.scoring_function), escape(metric.name), _number(metric.value)),
            _bounds(metric.interval),
        )
    out.print(shown, highlight=False)
    if column and found.groups:
        out.print()
        out.print(_groups(found.groups, column), highlight=False)


def _groups(groups: list[m.EvalGroup], column: str) -> Table:
    shown = table(escape(column.upper()), "ROWS", "SCORED BY", "METRIC", "VALUE", "BOUNDS")
    for group in groups:
        for metric in group.metrics:
            shown.add_row(
                *(escape(group.value or "-"), str(group.count), escape(metric.scoring_function)),
                *(escape(metric.name), _number(metric.value), _bounds(metric.interval)),
            )
    return shown


def _plot(found: m.EvalReport, file: Path) -> None:
    """Draw the metrics of a report that have values."""
    scores = [
        plots.Score(
            f"{each.scoring_function}\n{each.name}",
            each.value,
            (each.interval.lower, each.interval.upper) if each.interval else None,
        )
        for each in found.metrics
        if each.value is not None
    ]
    if not scores:
        raise WrongInputError("there are no scores to draw yet")
    plots.draw_scores(scores, f"{found.benchmark_id}, {found.job.job_id}", file)
    note(f"wrote {escape(str(file))}")


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"


def _bounds(interval: m.EvalInterval | None) -> str:
    if interval is None:
        return ""
    return f"{interval.lower:.3f} to {interval.upper:.3f} ({interval.level:.0%})"
