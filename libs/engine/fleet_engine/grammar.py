"""Guided decoding: answers that match a JSON schema, a regular expression or a grammar."""

import asyncio
import json
import re
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import xgrammar
from torch import Tensor

from fleet_engine.errors import InvalidGrammar

# Compiled grammars kept, and the bytes that xgrammar may keep of their parts.
KEPT_GRAMMARS = 256
KEPT_BYTES = 256 * 2**20

# JSON has no control characters in strings, but xgrammar lets them into those with a `maxLength`.
# Without white space between values, no token with one is needed in JSON at all; the free text of
# structural tags needs tabs and line ends.
CONTROLS = frozenset(range(0x20))
ODD_CONTROLS = CONTROLS - frozenset(b"\t\n\r")

# What xgrammar puts before its messages.
SOURCE_PLACE = re.compile(r"^\[[\d:]+\] \S+:\d+: (Check failed: .* is false: )?")

ANY_OBJECT = '{"type": "object"}'


class Grammar:
    """A compiled grammar, to be used by any number of generations."""

    def __init__(self, compiled: xgrammar.CompiledGrammar) -> None:
        self._compiled = compiled

    def guide(self) -> "Guide":
        """Return a guide at the beginning of the grammar."""
        return Guide(xgrammar.GrammarMatcher(self._compiled))


class Guide:
    """Where one generation stands in its grammar."""

    def __init__(self, matcher: xgrammar.GrammarMatcher) -> None:
        self.matcher = matcher

    @property
    def ended(self) -> bool:
        """Return whether the answer is complete, its end-of-text token included."""
        return self.matcher.is_terminated()

    def accept(self, token: int) -> None:
        """Go on by a token that `mask_logits` left in.

        Raises:
            RuntimeError: It does not fit; a bug of the mask.
        """
        if not self.matcher.accept_token(token):
            raise RuntimeError(f"token {token} passed the mask but not the grammar")


class Grammars:
    """Compiles grammars, one at a time in a thread of its own, and keeps the recent ones.

    Args:
        table: The bytes of each token id.
        size: The number of logits of the model.
        stop_ids: The tokens that may end an answer.
    """

    def __init__(self, table: Sequence[bytes], size: int, stop_ids: Sequence[int]) -> None:
        self._table, self._size, self._stop_ids = table, size, stop_ids
        self._thread = ThreadPoolExecutor(1, "grammars")
        self._compilers: dict[frozenset[int], xgrammar.GrammarCompiler] = {}
        self._kept: OrderedDict[tuple[str, ...], Grammar] = OrderedDict()

    async def json_schema(self, schema: Mapping[str, Any] | bool) -> Grammar:
        """Return the grammar of the JSON values that `schema` allows."""
        source = json.dumps(schema)
        return await self._get(
            ("json_schema", source),
            # Free white space invites small models to never stop indenting.
            lambda: self._compiler(CONTROLS).compile_json_schema(source, any_whitespace=False),
        )

    async def json_object(self) -> Grammar:
        """Return the grammar of any JSON object."""
        return await self._get(
            ("json_object",),
            lambda: self._compiler(CONTROLS).compile_json_schema(
                ANY_OBJECT, any_whitespace=False, strict_mode=False
            ),
        )

    async def regex(self, pattern: str) -> Grammar:
        """Return the grammar of the texts that match `pattern` as a whole."""
        return await self._get(("regex", pattern), lambda: self._compiler().compile_regex(pattern))

    async def ebnf(self, source: str, root: str = "root") -> Grammar:
        """Return a grammar in xgrammar's EBNF (that of GBNF), from the rule `root`."""
        return await self._get(
            ("ebnf", source, root),
            lambda: self._compiler().compile_grammar(source, root_rule_name=root),
        )

    async def structural_tag(self, tag: Mapping[str, Any]) -> Grammar:
        """Return a grammar of free text with tagged parts, as xgrammar describes such."""
        source = json.dumps(tag)
        return await self._get(
            ("structural_tag", source),
            lambda: self._compiler(ODD_CONTROLS).compile_structural_tag(source),
        )

    def close(self) -> None:
        """Let go of the thread; what it is just compiling is dropped."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _compiler(self, forbidden: frozenset[int] = frozenset()) -> xgrammar.GrammarCompiler:
        """Return the compiler of grammars without the `forbidden` bytes.

        Only ever called in the thread: making one takes a while, and many never need it.
        """
        if forbidden not in self._compilers:
            info = xgrammar.TokenizerInfo(
                [b"" if forbidden & {*piece} else piece for piece in self._table[: self._size]],
                xgrammar.VocabType.RAW,
                vocab_size=self._size,
                stop_token_ids=list(self._stop_ids),
            )
            self._compilers[forbidden] = xgrammar.GrammarCompiler(
                info, max_threads=1, cache_limit_bytes=KEPT_BYTES
            )
        return self._compilers[forbidden]

    async def _get(
        self, key: tuple[str, ...], build: Callable[[], xgrammar.CompiledGrammar]
    ) -> Grammar:
        if key not in self._kept:
            loop = asyncio.get_running_loop()
            try:
                compiled = await loop.run_in_executor(self._thread, build)
            except (RuntimeError, ValueError) as error:
                reason = SOURCE_PLACE.sub("", str(error)).strip()
                raise InvalidGrammar(f"cannot use this {key[0]}: {reason}") from error
            self._kept[key] = Grammar(compiled)
            if len(self._kept) > KEPT_GRAMMARS:
                self._kept.popitem(last=False)
        self._kept.move_to_end(key)
        return self._kept[key]


def mask_logits(logits: Tensor, guides: Mapping[int, Guide]) -> None:
    """Set the logits of what its grammar forbids to -inf, in the rows with a guide."""
    mask = xgrammar.allocate_token_bitmask(*logits.shape)
    for row, guide in guides.items():
        guide.matcher.fill_next_token_bitmask(mask, row)
    xgrammar.apply_token_bitmask_inplace(
        logits, mask.to(logits.device, non_blocking=True), indices=list(guides)
    )
