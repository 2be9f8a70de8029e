"""How tables look."""

from rich.table import Table


def table(*headers: str) -> Table:
    """Return an empty table in our style."""
    made = Table(box=None, pad_edge=False, header_style="dim")
    for header in headers:
        made.add_column(header, overflow="fold")
    return made
