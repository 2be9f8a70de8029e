"""How likely the tokens of an answer were, as Google tells it.

Format: https://ai.google.dev/api/generate-content#LogprobsResult
"""

from itertools import zip_longest

import msgspec

from fleet.inference.v1 import messages as m


class Likely(msgspec.Struct, rename="camel"):
    """A token, and the natural logarithm of its probability."""

    token: str = ""
    log_probability: float = 0.0

    @property
    def bytes(self) -> list[int]:
        """The token's bytes in UTF-8."""
        return list(self.token.encode())


class Top(msgspec.Struct):
    """The likeliest tokens at one place, best first."""

    candidates: list[Likely] = []


class LogprobsResult(msgspec.Struct, rename="camel"):
    """The chosen token at each place, and the likeliest ones there."""

    chosen_candidates: list[Likely] = []
    top_candidates: list[Top] = []

    def logprobs(self) -> m.Logprobs:
        """Return it as OpenAI has it."""
        places = zip_longest(
            self.chosen_candidates, self.top_candidates[: len(self.chosen_candidates)]
        )
        return m.Logprobs(content=[_told(chosen, top or Top()) for chosen, top in places])


def _told(chosen: Likely, top: Top) -> m.TokenLogprob:
    return m.TokenLogprob(
        token=chosen.token,
        bytes=chosen.bytes,
        logprob=chosen.log_probability,
        top_logprobs=[
            m.TopLogprob(token=one.token, bytes=one.bytes, logprob=one.log_probability)
            for one in top.candidates
        ],
    )
