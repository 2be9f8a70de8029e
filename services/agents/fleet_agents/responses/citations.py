"""Citations: the model marks them as `<|file-123|>`, and callers get them as annotations."""

import re
from collections.abc import Mapping

from fleet.agents.v1 import messages as m

_OPEN, _CLOSE = "<|", "|>"
_MARK = re.compile(r" ?<\|([^<>|\s]{1,128})\|>")
# In characters, with the space before it. What is longer is no mark.
_LONGEST = 140


class Citations:
    """Takes marks out of a text that comes piece by piece, and keeps what they cite.

    Marks of files that no search has found are taken out too: a model made them up.

    Args:
        files: The names of the files that were found, by their ids. Texts of responses without file search stay as they
            are.
    """

    def __init__(self, files: Mapping[str, str]) -> None:
        self.found: list[m.Annotation] = []
        self._files = files
        self._held = ""
        self._length = 0

    def feed(self, new: str) -> str:
        """Return what of the text so far may be shown: all but what may be the beginning of a mark."""
        if not self._files:
            return new
        text = self._held + new
        keep = self._begins(text)
        self._held = text[keep:]
        return self._shown(text[:keep])

    def rest(self) -> str:
        """Return what was held back."""
        held, self._held = self._held, ""
        return self._shown(held)

    def _begins(self, text: str) -> int:
        """Return where the beginning of what may become a mark is; the end of the text if there is none."""
        opened = text.rfind(_OPEN)
        if opened >= 0 and text.find(_CLOSE, opened) < 0 and len(text) - opened < _LONGEST:
            return opened - 1 if text[opened - 1 : opened] == " " else opened
        if text.endswith(" <"):
            return len(text) - 2
        return len(text) - 1 if text.endswith((" ", "<")) else len(text)

    def _shown(self, text: str) -> str:
        pieces, last = [], 0
        for mark in _MARK.finditer(text):
            pieces.append(text[last : mark.start()])
            self._length += mark.start() - last
            last = mark.end()
            self._cite(mark[1])
        pieces.append(text[last:])
        self._length += len(text) - last
        return "".join(pieces)

    def _cite(self, file_id: str) -> None:
        filename = self._files.get(file_id)
        if filename is not None:
            self.found.append(
                m.Annotation(
                    type="file_citation", file_id=file_id, filename=filename, index=self._length
                )
            )
