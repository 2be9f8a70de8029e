"""Where commands print to."""

import os
import sys

from rich.console import Console

WIDE = 160
"""Columns of what nobody watches: a table in a file or a pipe is not squeezed."""


def _console(*, stderr: bool) -> Console:
    watched = (sys.stderr if stderr else sys.stdout).isatty() or "COLUMNS" in os.environ
    return Console(stderr=stderr, soft_wrap=True, width=None if watched else WIDE)


out = _console(stderr=False)
err = _console(stderr=True)
