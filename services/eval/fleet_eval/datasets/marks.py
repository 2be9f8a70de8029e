"""Where rows of files begin, as far as it is known from reading them."""

from bisect import bisect_right
from collections import OrderedDict
from dataclasses import dataclass, field


@dataclass
class _Known:
    """Rows of a file, ascending, and where each begins."""

    rows: list[int] = field(default_factory=list)
    offsets: list[int] = field(default_factory=list)


class Marks:
    """Remembers where pages ended, so that the next one is not looked for from the start. Bounded in both directions.

    Args:
        files: The most files of which marks are kept; of the others, those that were used last count.
        each: The most marks of a file.
    """

    def __init__(self, files: int = 64, each: int = 4096) -> None:
        self._files = files
        self._each = each
        self._known: OrderedDict[str, _Known] = OrderedDict()

    def put(self, version: str, row: int, offset: int) -> None:
        """Remember where a row begins."""
        known = self._known.setdefault(version, _Known())
        self._known.move_to_end(version)
        if len(self._known) > self._files:
            self._known.popitem(last=False)
        place = bisect_right(known.rows, row)
        if place and known.rows[place - 1] == row:
            return
        known.rows.insert(place, row)
        known.offsets.insert(place, offset)
        if len(known.rows) > self._each:
            del known.rows[::2], known.offsets[::2]

    def before(self, version: str, row: int) -> tuple[int, int]:
        """Return the last row up to `row` of which it is known where it begins, and where."""
        known = self._known.get(version)
        place = bisect_right(known.rows, row) if known else 0
        if known is None or place == 0:
            return 0, 0
        return known.rows[place - 1], known.offsets[place - 1]
