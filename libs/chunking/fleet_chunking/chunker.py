"""Cutting a document into chunks that overlap."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator

from fleet_chunking import cuts
from fleet_chunking.block import Block
from fleet_chunking.characters import ends_word, first_token
from fleet_chunking.chunk import Chunk
from fleet_chunking.document import Document
from fleet_chunking.sizes import Sizes
from fleet_chunking.tables import Headers
from fleet_chunking.tokenizer import Tokenizer

# A chunk ends before a heading in its last half, or else at another good place in its last quarter.
_HEADINGS_FROM = 2
_OTHERS_FROM = 4
# How far from where it would have to be cut a text is searched for the end of a word, in tokens.
_WORD = 16


def chunk(blocks: Iterable[Block], tokenizer: Tokenizer, sizes: Sizes) -> list[Chunk]:
    """Cut `blocks` into chunks of at most `sizes.size` tokens.

    A chunk ends before a heading, or where a block, a paragraph, a row, a sentence, a line or a word does, if there is
    such a place near its end; else anywhere between two characters. The next one begins with its last `sizes.overlap`
    tokens or, so that it begins at such a place too, with up to a quarter less of them. Before a heading nothing
    overlaps: there is a new subject. A chunk that begins within a table begins with the table's header.

    The texts are all of the blocks' own, joined by `document.SEPARATOR`. The same blocks make the same chunks. The time
    is in proportion to the text. It takes CPU time: for long texts, call it in a thread.
    """
    document = Document(blocks)
    return list(_Chunker(document, tokenizer, sizes).chunks())


def whole(blocks: Iterable[Block], tokenizer: Tokenizer) -> list[Chunk]:
    """Return `blocks` as one chunk, however large; none if they say nothing."""
    document = Document(blocks)
    text, end = document.text, len(tokenizer.offsets(document.text))
    if not document.blocks:
        return []
    pages = document.pages(0, len(text))
    return [Chunk(text, 0, end, end, pages, document.blocks[0].headings)]


class _Chunker:
    """Cuts one document."""

    def __init__(self, document: Document, tokenizer: Tokenizer, sizes: Sizes) -> None:
        self._document = document
        self._tokenizer = tokenizer
        self._sizes = sizes
        self._offsets = tokenizer.offsets(document.text)
        self._count = len(self._offsets)
        self._cuts = cuts.find(document, self._offsets)
        self._headers = Headers(document, self._offsets, tokenizer, sizes.size)

    def chunks(self) -> Iterator[Chunk]:
        """Yield the chunks, in order."""
        begin, end = 0, 0
        while end < self._count:
            limit = begin + self._sizes.size - self._header(begin)[1]
            found = self._end(begin, limit, end + 1)
            piece = self._piece(begin, found)
            while piece.token_count > self._sizes.size and piece.end - begin > 1:
                limit = piece.end - (piece.token_count - self._sizes.size)
                found = self._end(begin, max(limit, begin + 1), begin + 1)
                piece = self._piece(begin, found)
            end = piece.end
            if piece.text.strip():
                yield piece
            begin = max(self._next(end), begin + 1)

    def _end(self, begin: int, limit: int, lowest: int) -> int:
        """Return where the chunk that begins with the token `begin` ends best, from `lowest` to `limit`."""
        if limit >= self._count:
            return self._count
        room = limit - begin
        found = _latest(self._cuts.headings, max(lowest, limit - room // _HEADINGS_FROM), limit)
        if found is not None:
            return found
        lowest = max(lowest, limit - room // _OTHERS_FROM)
        for rank in self._cuts.ranks:
            found = _latest(rank, lowest, limit)
            if found is not None:
                return found
        for token in range(limit, max(lowest, limit - _WORD) - 1, -1):
            if self._begins_word(token):
                return token
        return first_token(self._document.text, self._offsets, limit, begin)

    def _next(self, end: int) -> int:
        """Return where the chunk begins that follows the one up to `end`."""
        if end >= self._count or _latest(self._cuts.headings, end, end) is not None:
            return end
        begin = max(end - self._sizes.overlap, 0)
        latest = begin + self._sizes.overlap // _OTHERS_FROM
        for rank in (self._cuts.headings, *self._cuts.ranks):
            found = _earliest(rank, begin, latest)
            if found is not None:
                return self._after_header(found)
        for token in range(begin, min(latest, begin + _WORD) + 1):
            if self._begins_word(token):
                return self._after_header(token)
        return self._after_header(first_token(self._document.text, self._offsets, begin, 0))

    def _after_header(self, token: int) -> int:
        """Return `token`, or if it is within the header of a table, which is repeated anyhow, what follows."""
        header = self._headers.above(token)
        return token if header is None else max(token, header.begin)

    def _header(self, begin: int) -> tuple[str, int]:
        """Return what is repeated above the token `begin`, and its number of tokens."""
        header = self._headers.above(begin)
        return ("", 0) if header is None else (header.text, header.tokens)

    def _begins_word(self, token: int) -> bool:
        return ends_word(self._document.text, self._place(token))

    def _place(self, token: int) -> int:
        """Return the character that `token` begins with; the first one begins the text, the last one ends it."""
        if token == 0:
            return 0
        return int(self._offsets[token]) if token < self._count else len(self._document.text)

    def _piece(self, begin: int, end: int) -> Chunk:
        """Return the tokens from `begin` up to `end` as a chunk."""
        document = self._document
        first, last = self._place(begin), self._place(end)
        text = self._header(begin)[0] + document.text[first:last]
        # Not `end - begin`: a text that was cut within a word may have other tokens by itself.
        count = len(self._tokenizer.offsets(text))
        pages = document.pages(first, last)
        return Chunk(text, begin, end, count, pages, document.at(first).headings)


def _latest(tokens: list[int], lowest: int, highest: int) -> int | None:
    """Return the last of the ordered `tokens` that is in a range, both ends included."""
    place = bisect_right(tokens, highest) - 1
    return tokens[place] if place >= 0 and tokens[place] >= lowest else None


def _earliest(tokens: list[int], lowest: int, highest: int) -> int | None:
    """Return the first of the ordered `tokens` that is in a range, both ends included."""
    place = bisect_left(tokens, lowest)
    return tokens[place] if place < len(tokens) and tokens[place] <= highest else None
