"""Progress bars for work on files."""

from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

from fleet_models import progress


@contextmanager
def bars(console: Console) -> Iterator[progress.Progress]:
    """Draw a bar for each thing that is worked on."""
    drawn = Progress(
        TextColumn("  {task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
        TimeRemainingColumn(),
        console=console,
    )
    tasks: dict[str, TaskID] = {}

    def report(what: str, done: int, total: int | None, /) -> None:
        if what not in tasks:
            drawn.start()
            tasks[what] = drawn.add_task(escape(what), completed=done, total=total)
        drawn.update(tasks[what], completed=done, total=total)

    try:
        yield report
    finally:
        if tasks:
            drawn.stop()
