"""Tables as Markdown: https://github.github.com/gfm/#tables-extension-."""

from collections.abc import Iterable, Sequence


def markdown_table(rows: Iterable[Sequence[str]]) -> str:
    """Return a table whose first row is its header; rows that are short are filled up. Nothing if there is no row."""
    cells = [[_cell(cell) for cell in row] for row in rows]
    if not cells:
        return ""
    width = max(len(row) for row in cells)
    lines = [_line(row, width) for row in cells]
    lines.insert(1, _line(["---"] * width, width))
    return "\n".join(lines)


def _line(cells: Sequence[str], width: int) -> str:
    return f"| {' | '.join([*cells, *([''] * (width - len(cells)))])} |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
