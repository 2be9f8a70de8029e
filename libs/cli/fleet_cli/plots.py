"""Plots as PNG files. Matplotlib is an extra, and is loaded when something is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from fleet_cli.remote import WrongInputError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_DOTS_PER_INCH = 120
_WIDTH, _HEIGHT = 8.0, 4.5  # inches
_BAR = 0.6  # inches


@dataclass(frozen=True, slots=True)
class Score:
    """A bar: a number, and between what bounds it lies, if that is known."""

    label: str
    value: float
    bounds: tuple[float, float] | None


def draw_scores(scores: Sequence[Score], title: str, file: Path) -> None:
    """Draw a bar for each score into a PNG file.

    Raises:
        WrongInputError: Matplotlib is not installed, or `file` is no PNG.
    """
    figure = _figure(file, 1.5 + _BAR * len(scores))
    axes = figure.add_subplot(title=title)
    values = [score.value for score in scores]
    # A score without bounds has an error bar of no length.
    bounds = [score.bounds or (score.value, score.value) for score in scores]
    below = [max(v - low, 0.0) for v, (low, _) in zip(values, bounds, strict=True)]
    above = [max(high - v, 0.0) for v, (_, high) in zip(values, bounds, strict=True)]
    axes.barh(range(len(scores)), values, xerr=[below, above], capsize=4, color="tab:blue")
    axes.set_yticks(range(len(scores)), [score.label for score in scores])
    axes.invert_yaxis()
    axes.grid(axis="x", alpha=0.3)
    figure.savefig(file, format="png", dpi=_DOTS_PER_INCH)


def draw_losses(
    losses: Sequence[tuple[int, float]],
    validations: Sequence[tuple[int, float]],
    title: str,
    file: Path,
) -> None:
    """Draw how the loss of a training went into a PNG file.

    Args:
        losses: Steps and the losses on the examples.
        validations: Steps and the losses on examples for validation; may be empty.
        title: What stands above.
        file: Where it goes.

    Raises:
        WrongInputError: Matplotlib is not installed, or `file` is no PNG.
    """
    figure = _figure(file, _HEIGHT)
    axes = figure.add_subplot(title=title, xlabel="step", ylabel="loss")
    axes.plot(*zip(*losses, strict=True), label="training", marker=".")
    if validations:
        axes.plot(*zip(*validations, strict=True), label="validation", marker="o")
    axes.legend()
    axes.grid(alpha=0.3)
    figure.savefig(file, format="png", dpi=_DOTS_PER_INCH)


def _figure(file: Path, height: float) -> "Figure":
    if file.suffix.lower() != ".png":
        raise WrongInputError(f"plots are PNG files; {str(file)!r} should end in .png")
    try:
        # Not `pyplot`, which looks for a screen.
        from matplotlib.figure import Figure  # noqa: PLC0415 - an extra, and slow to load
    except ImportError as error:
        raise WrongInputError("plots need Matplotlib: pip install 'llama-fleet[plot]'") from error
    return Figure(figsize=(_WIDTH, height), layout="constrained")
