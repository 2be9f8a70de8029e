"""`llama train …`: train models further."""

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer
from rich.markup import escape

from fleet.post_training.v1 import messages as m
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
    help="Train models further: on examples, or on pairs of answers.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
)

_TRAINING = "/v1alpha/post-training"


class Format(StrEnum):
    """What rows look like."""

    DIALOG = "dialog"
    INSTRUCT = "instruct"


class Loss(StrEnum):
    """How preferences count."""

    SIGMOID = "sigmoid"
    HINGE = "hinge"
    IPO = "ipo"
    KTO_PAIR = "kto_pair"


JobName = Annotated[str, typer.Argument(metavar="JOB", help="See `llama train list`.")]
Model = Annotated[
    str,
    typer.Option("--model", "-m", help="The model, as the provider calls it."),
]
Dataset = Annotated[str, typer.Option("--dataset", "-d", help="See `llama dataset list`.")]
Name = Annotated[
    str | None, typer.Option("--name", help="What the job is called.", show_default="made up")
]
Epochs = Annotated[int, typer.Option(help="How often all rows are gone through.", min=1)]
BatchSize = Annotated[int, typer.Option(help="How many rows are in a batch.", min=1)]
MaxSteps = Annotated[int | None, typer.Option(help="The most steps of an epoch.", min=1)]
Rate = Annotated[
    float | None,
    typer.Option("--learning-rate", help="With AdamW.", min=0, show_default="the provider's"),
]
Warmup = Annotated[
    int, typer.Option("--warmup-steps", help="While the learning rate rises.", min=0)
]
Validation = Annotated[
    str | None, typer.Option("--validation", help="The dataset to validate with after each epoch.")
]


@app.command()
def sft(
    model: Model,
    dataset: Dataset,
    *,
    name: Name = None,
    rows: Annotated[Format, typer.Option("--format", help="What rows look like.")] = Format.DIALOG,
    epochs: Epochs = 1,
    batch_size: BatchSize = 4,
    max_steps: MaxSteps = None,
    learning_rate: Rate = None,
    warmup_steps: Warmup = 0,
    validation: Validation = None,
    lora_rank: Annotated[
        int | None,
        typer.Option(
            help="Train small matrices of this rank instead of all weights (LoRA).", min=1
        ),
    ] = None,
    lora_alpha: Annotated[
        int | None,
        typer.Option(
            help="LoRA: how much they count, over the rank.", min=1, show_default="twice the rank"
        ),
    ] = None,
    checkpoint: Annotated[
        str | None, typer.Option(help="Begin with the weights of this checkpoint (its path).")
    ] = None,
    stay: Watch = False,
    url: Url = DEFAULT,
) -> None:
    """Train a model on examples of what it is to say (SFT). The job's name is printed.

    The job lives in the fleet: it goes on when this command ends, and from its last checkpoint when services die.

    Rows have `messages` (**dialog**), or `prompt` and `completion` (**instruct**).

    For example:

        llama train sft --model HuggingFaceTB/SmolLM2-135M-Instruct --dataset chats --watch
        llama train sft -m HuggingFaceTB/SmolLM2-135M-Instruct -d chats --lora-rank 8 --epochs 3 --name owls
    """
    if lora_alpha and not lora_rank:
        raise typer.BadParameter("--lora-alpha needs --lora-rank")
    training = _config(
        m.DataConfig(
            dataset_id=dataset,
            batch_size=batch_size,
            shuffle=True,
            data_format=rows.value,
            validation_dataset_id=validation,
        ),
        *(epochs, max_steps),
        _optimizer(learning_rate, warmup_steps),
    )
    request = m.SupervisedFineTuneRequest(
        job_uuid=name or _made_up("sft"),
        training_config=training,
        model=model,
        checkpoint_dir=checkpoint,
        algorithm_config=_lora(lora_rank, lora_alpha),
    )
    with fleet_at(url) as fleet:
        _begin(fleet, "supervised-fine-tune", request, stay=stay)


@app.command()
def dpo(
    model: Annotated[
        str, typer.Option("--model", "-m", help="The model, or the path of a checkpoint.")
    ],
    dataset: Dataset,
    *,
    name: Name = None,
    beta: Annotated[
        float | None,
        typer.Option(
            help="How near the model stays to itself.", min=0, show_default="the provider's"
        ),
    ] = None,
    loss: Annotated[
        Loss | None, typer.Option(help="How preferences count.", show_default="the provider's")
    ] = None,
    epochs: Epochs = 1,
    batch_size: BatchSize = 4,
    max_steps: MaxSteps = None,
    learning_rate: Rate = None,
    warmup_steps: Warmup = 0,
    validation: Validation = None,
    stay: Watch = False,
    url: Url = DEFAULT,
) -> None:
    """Train a model on pairs of answers of which one is better (DPO). The job's name is printed.

    Rows have `prompt`, `chosen` and `rejected`.

    For example:

        llama train dpo --model HuggingFaceTB/SmolLM2-135M-Instruct --dataset pairs --watch
        llama train dpo -m HuggingFaceTB/SmolLM2-135M-Instruct -d pairs --beta 0.2 --loss ipo
    """
    training = _config(
        m.DataConfig(
            dataset_id=dataset,
            batch_size=batch_size,
            shuffle=True,
            data_format="dialog",  # of no meaning here, but required
            validation_dataset_id=validation,
        ),
        *(epochs, max_steps),
        _optimizer(learning_rate, warmup_steps),
    )
    request = m.PreferenceOptimizeRequest(
        job_uuid=name or _made_up("dpo"),
        finetuned_model=model,
        algorithm_config=m.DPOAlignmentConfig(beta=beta, loss_type=loss.value if loss else None),
        training_config=training,
    )
    with fleet_at(url) as fleet:
        _begin(fleet, "preference-optimize", request, stay=stay)


@app.command("list")
def list_jobs(
    limit: Annotated[int, typer.Option(help="The most jobs.", min=1)] = 20, url: Url = DEFAULT
) -> None:
    """List the newest jobs, newest last.

    For example:

        llama train list
    """
    with fleet_at(url) as fleet:
        every = fleet.get(f"{_TRAINING}/jobs", m.PostTrainingJobList).data
        shown = table("JOB", "STATUS", "STEPS", "LOSS", "SCHEDULED")
        for each in every[-limit:]:
            job = _get(fleet, each.job_uuid)
            look = _look(job)
            loss = job.progress.loss if job.progress else None
            shown.add_row(
                *(job.job_uuid, coloured(job.status), share(look.done, look.total)),
                *("" if loss is None else f"{loss:.4f}", _local(job.scheduled_at)),
            )
        out.print(shown, highlight=False)
        if len(every) > limit:
            note(f"{len(every) - limit} older ones are not shown; --limit shows more")


@app.command()
def status(job: JobName, url: Url = DEFAULT) -> None:
    """Tell how far a job is, and which checkpoints it has made.

    For example:

        llama train status owls
    """
    with fleet_at(url) as fleet:
        found = _get(fleet, job)
        look = _look(found)
        card(
            job=found.job_uuid,
            status=found.status,
            steps=share(look.done, look.total),
            progress=look.detail,
            scheduled=_local(found.scheduled_at),
            started=_local(found.started_at),
            ended=_local(found.completed_at),
            error=_error(found),
        )
        _tell_checkpoints(found)


@app.command("watch")
def watch_job(job: JobName, url: Url = DEFAULT) -> None:
    """Watch a job until it has ended: steps, loss, tokens a second, and the time that is left.

    The exit code is 1 if it is not completed. The bar goes on when the gateway is away for a while. Ctrl-C ends the
    watching, and not the job.

    For example:

        llama train watch owls
    """
    with fleet_at(url) as fleet:
        _stay(fleet, _get(fleet, job))


@app.command()
def cancel(job: JobName, url: Url = DEFAULT) -> None:
    """End a job early. Its checkpoints stay.

    For example:

        llama train cancel owls
    """
    with fleet_at(url) as fleet:
        fleet.tell(f"{_of(job)}/cancel", {})
        out.print(f"{escape(job)} is cancelled", highlight=False)


@app.command()
def plot(
    job: JobName,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", metavar="FILE.png", show_default="JOB.png"),
    ] = None,
    url: Url = DEFAULT,
) -> None:
    """Draw how the loss of a job went, by step, into a PNG file. Needs the extra `plot`.

    For example:

        llama train plot owls -o loss.png
    """
    with fleet_at(url) as fleet:
        found = fleet.get(f"{_of(job)}/artifacts", m.PostTrainingJobArtifacts)
        if not found.loss_curve:
            raise WrongInputError(f"{job} has made no step yet; `llama train watch {job}` waits")
        file = output or Path(f"{job}.png")
        losses = [(point.step, point.loss) for point in found.loss_curve]
        plots.draw_losses(losses, _validations(found), job, file)
        note(f"wrote {escape(str(file))}")


def _of(job: str) -> str:
    return f"{_TRAINING}/jobs/{segment(job)}"


def _get(fleet: Gateway, job: str) -> m.PostTrainingJobStatus:
    return fleet.get(f"{_of(job)}/status", m.PostTrainingJobStatus)


def _begin(
    fleet: Gateway,
    path: str,
    request: m.SupervisedFineTuneRequest | m.PreferenceOptimizeRequest,
    *,
    stay: bool,
) -> None:
    made = fleet.post(f"{_TRAINING}/{path}", request, m.PostTrainingJob)
    out.print(made.job_uuid, highlight=False)
    if stay:
        _stay(
            fleet,
            m.PostTrainingJobStatus(job_uuid=made.job_uuid, status="scheduled", checkpoints=[]),
        )


def _made_up(kind: str) -> str:
    return f"{kind}-{uuid4().hex[:8]}"


def _config(
    data: m.DataConfig, epochs: int, max_steps: int | None, optimizer: m.OptimizerConfig | None
) -> m.TrainingConfig:
    return m.TrainingConfig(
        n_epochs=epochs,
        max_steps_per_epoch=max_steps,
        data_config=data,
        optimizer_config=optimizer,
    )


def _optimizer(learning_rate: float | None, warmup_steps: int) -> m.OptimizerConfig | None:
    if learning_rate is None:
        if warmup_steps:
            raise typer.BadParameter("--warmup-steps needs --learning-rate")
        return None
    return m.OptimizerConfig(
        optimizer_type="adamw", lr=learning_rate, weight_decay=0.0, num_warmup_steps=warmup_steps
    )


def _lora(rank: int | None, alpha: int | None) -> m.AlgorithmConfig | None:
    if rank is None:
        return None
    return m.AlgorithmConfig(
        type="LoRA",
        lora_attn_modules=["q_proj", "k_proj", "v_proj", "o_proj"],
        apply_lora_to_mlp=True,
        rank=rank,
        alpha=alpha or 2 * rank,
    )


def _look(job: m.PostTrainingJobStatus) -> Look:
    progress = job.progress
    if progress is None:
        return Look(job.status, 0, None)
    told = [
        "" if progress.loss is None else f"loss {progress.loss:.4f}",
        f"{progress.tokens_per_second:,.0f} tokens/s" if progress.tokens_per_second else "",
        "" if progress.eta_seconds is None else f"{_clock(progress.eta_seconds)} left",
        f"taken up {progress.attempts} times" if progress.attempts > 1 else "",
    ]
    detail = ", ".join(part for part in told if part)
    return Look(job.status, progress.step, progress.total_steps, detail)


def _clock(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}"


def _stay(fleet: Gateway, job: m.PostTrainingJobStatus) -> None:
    name = job.job_uuid
    last = watch(name, job, lambda: _get(fleet, name), _look, f"llama train watch {name}")
    if last.status == "completed":
        _tell_checkpoints(last)
        note(f"loss: [bold]llama train plot {name} -o loss.png[/]")
    ended(_look(last), _error(last))


def _error(job: m.PostTrainingJobStatus) -> str:
    if job.error is None:
        return ""
    return f"{job.error.param}: {job.error.message}" if job.error.param else job.error.message


def _validations(made: m.PostTrainingJobArtifacts) -> list[tuple[int, float]]:
    """Return steps and the losses that were found by validating then."""
    found: dict[int, float] = {}
    for each in made.checkpoints:
        # A checkpoint is called as the job and its step, but the result as the job alone.
        step = each.identifier.removeprefix(f"{made.job_uuid}-")
        if each.training_metrics:
            at = int(step) if step.isdecimal() else made.loss_curve[-1].step
            found[at] = each.training_metrics.validation_loss
    return sorted(found.items())


def _tell_checkpoints(job: m.PostTrainingJobStatus) -> None:
    if not job.checkpoints:
        return
    shown = table("CHECKPOINT", "EPOCH", "VALIDATION LOSS", "PATH")
    for each in job.checkpoints:
        metrics = each.training_metrics
        loss = f"{metrics.validation_loss:.4f}" if metrics else ""
        shown.add_row(escape(each.identifier), str(each.epoch), loss, escape(each.path))
    out.print(shown, highlight=False)


def _local(time: str | None) -> str:
    return moment(datetime.fromisoformat(time).timestamp()) if time else ""
