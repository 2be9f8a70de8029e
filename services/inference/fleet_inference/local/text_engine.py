"""What answering conversations and continuing texts need of an engine."""

from collections.abc import AsyncGenerator, Sequence
from typing import Protocol

from fleet_engine.adapters import Adapter
from fleet_engine.generation import SamplingParams, Step
from fleet_engine.grammar import Grammar, Grammars
from fleet_engine.tokenizer import Tokenizer


class TextEngine(Protocol):
    """Runs one language model."""

    context: int
    """The most tokens of prompt and answer together."""
    tokenizer: Tokenizer
    grammars: Grammars

    def generate(
        self,
        prompt: Sequence[int],
        params: SamplingParams,
        grammar: Grammar | None = None,
        adapter: Adapter | None = None,
    ) -> AsyncGenerator[Step, None]:
        """Yield an answer as it comes, as `fleet_engine.engine.Engine.generate` does; closing it stops the model."""
        ...
