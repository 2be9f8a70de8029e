"""Prompts that share prefixes, as those of agents and of chats over the same instructions do.

The workload is the shared-prefix one of llm-d's guides, smaller: groups of prompts with the same long instructions and
a question of their own, in random order, from so many callers at once.
"""

import random
from dataclasses import dataclass

from fleet.inference.v1 import messages as m

# About as many as in English text.
CHARACTERS_PER_TOKEN = 4


@dataclass(frozen=True, slots=True)
class Workload:
    """Prompts that share prefixes.

    Attributes:
        model: Who is asked.
        groups: How many instructions there are.
        prompts: How many prompts share each.
        shared_tokens: The length of instructions.
        own_tokens: The length of questions.
        answer_tokens: The length of answers.
        callers: How many ask at once.
    """

    model: str
    groups: int = 60
    prompts: int = 6
    shared_tokens: int = 2000
    own_tokens: int = 100
    answer_tokens: int = 20
    callers: int = 12

    def requests(self, seed: int) -> list[m.ChatCompletionRequest]:
        """Return all requests, in an order that `seed` decides."""
        made = [
            self._request(group, n) for group in range(self.groups) for n in range(self.prompts)
        ]
        random.Random(seed).shuffle(made)
        return made

    def _request(self, group: int, number: int) -> m.ChatCompletionRequest:
        system = _text(f"Instructions {group}.", self.shared_tokens)
        question = _text(f"Question {group} {number}.", self.own_tokens)
        return m.ChatCompletionRequest(
            model=self.model,
            messages=[
                m.ChatMessage(role="system", content=system),
                m.ChatMessage(role="user", content=question),
            ],
            max_tokens=self.answer_tokens,
            temperature=0.0,
            stream=True,
            stream_options=m.StreamOptions(include_usage=True),
        )


def _text(begin: str, tokens: int) -> str:
    size = tokens * CHARACTERS_PER_TOKEN
    return (begin + " " + begin * (size // len(begin)))[:size]
