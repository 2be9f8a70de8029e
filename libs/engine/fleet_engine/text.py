"""Making text from tokens as they come."""

import codecs

from fleet_engine.generation import Step, Token


class TextStream:
    """Turns the bytes of tokens into text that is safe to show.

    Half a character waits for its other half, and what may be the beginning of a stop string waits
    until it is known not to be.

    Args:
        stops: The strings that end the text.
    """

    def __init__(self, stops: tuple[str, ...] = ()) -> None:
        self._stops = stops
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._held = ""
        self._read = 0
        self._tokens: list[tuple[int, Token]] = []
        self.stopped = False

    def push(self, token: Token) -> Step:
        """Add a token; return what has become safe to show."""
        new = self._decoder.decode(token.bytes)
        self._held += new
        self._read += len(new)
        self._tokens.append((self._read, token))
        return self._release(self._safe())

    def flush(self) -> Step:
        """Return what was held back, as no more will come. An unfinished character is dropped."""
        return self._release(0 if self.stopped else len(self._held), final=not self.stopped)

    def _safe(self) -> int:
        """Return how many of the held characters can be shown."""
        if not self._stops:
            return len(self._held)
        found = [at for at in map(self._held.find, self._stops) if at >= 0]
        if found:
            self.stopped = True
            return min(found)
        return len(self._held) - max(_overlap(self._held, stop) for stop in self._stops)

    def _release(self, length: int, *, final: bool = False) -> Step:
        """Return the first `length` held characters, with the tokens that they complete."""
        text, self._held = self._held[:length], self._held[length:]
        shown = self._read - len(self._held)
        out = len(self._tokens) if final else sum(end <= shown for end, _ in self._tokens)
        tokens = tuple(token for _, token in self._tokens[:out])
        del self._tokens[:out]
        return Step(text, tokens)


def _overlap(text: str, stop: str) -> int:
    """Return the length of the longest beginning of `stop` that `text` ends with."""
    longest = min(len(text), len(stop) - 1)
    return next((n for n in range(longest, 0, -1) if text.endswith(stop[:n])), 0)
