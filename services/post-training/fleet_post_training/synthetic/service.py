"""The operation of the synthetic data API: answering conversations, scoring the answers, and keeping good ones."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from fleet.eval.v1 import messages as e
from fleet.inference.v1 import messages as i
from fleet.post_training.v1 import messages as m
from fleet_post_training.config import ScoresConfig, SyntheticDataConfig
from fleet_post_training.neighbours import Neighbours
from fleet_post_training.synthetic.dialogs import Dialog, dialogs
from fleet_post_training.synthetic.filtering import SCORED, kept
from fleet_runtime.at_once import at_once
from fleet_runtime.call import Call
from fleet_runtime.errors import InvalidArgument, TooLarge, UpstreamFailed
from fleet_runtime.operation import Answer

_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class _Answered:
    """An answer to a conversation.

    Attributes:
        dialog: The conversation's place among all.
        text: The answer.
        likelihood: The mean log probability of its tokens, if the model tells it.
        tokens: What was read and produced.
    """

    dialog: int
    text: str
    likelihood: float | None
    tokens: tuple[int, int]


class SyntheticData:
    """Makes data.

    Args:
        neighbours: Answer and score.
        config: How many answers, and which are kept.
    """

    def __init__(self, neighbours: Neighbours, config: SyntheticDataConfig) -> None:
        self._neighbours = neighbours
        self._config = config

    async def generate_synthetic_data(
        self, request: m.SyntheticDataGenerateRequest, call: Call
    ) -> Answer[m.SyntheticDataGenerationResponse]:
        """Answer conversations, and return the answers that are kept."""
        config = self._config
        model = request.model or config.model
        if model is None:
            raise InvalidArgument(
                "'model' must name the model that answers; the service has none of its own.",
                code="missing_required_parameter",
                param="model",
            )
        asked = dialogs(request.dialogs)
        times = 1 if request.filtering_function == "none" else config.answers_per_dialog
        if len(asked) * times > config.most_answers:
            raise TooLarge(
                f"{len(asked)} conversations, each answered {times} times, are more than {config.most_answers}"
                " answers.",
                code="too_many_dialogs",
                param="dialogs",
            )
        is_scored = request.filtering_function in SCORED
        tells = is_scored and config.scores is None

        async def answer(place: int) -> _Answered:
            return await self._answer(model, asked, place, call, tells=tells)

        places = [place for place in range(len(asked)) for _ in range(times)]
        answers = await at_once(places, answer, config.concurrency)
        scores = await self._scores(asked, answers, call) if is_scored else [0.0] * len(answers)
        chosen = self._kept(request, answers, scores)
        rows = [_row(asked, answers[at], scores[at] if is_scored else None) for at in chosen]
        statistics = _statistics(len(asked), answers, [scores[at] for at in chosen], is_scored)
        return m.SyntheticDataGenerationResponse(
            synthetic_data=[msgspec.Raw(_encode(row)) for row in rows],
            statistics=msgspec.Raw(_encode(statistics)),
        )

    async def _answer(
        self, model: str, asked: Sequence[Dialog], place: int, call: Call, *, tells: bool
    ) -> _Answered:
        body: dict[str, Any] = {
            "model": model,
            "messages": asked[place],
            "temperature": self._config.temperature,
            "max_tokens": self._config.max_tokens,
        }
        request = msgspec.convert(
            body | ({"logprobs": True} if tells else {}), i.ChatCompletionRequest
        )
        answer = await self._neighbours.inference.create_chat_completion(request, call)
        if not answer.choices:
            raise UpstreamFailed("The model gave no answer.", status=502, code="empty_answer")
        said, usage = answer.choices[0], answer.usage
        tokens = (usage.prompt_tokens, usage.completion_tokens) if usage else (0, 0)
        return _Answered(place, said.message.content or "", _likelihood(said), tokens)

    async def _scores(
        self, asked: Sequence[Dialog], answers: Sequence[_Answered], call: Call
    ) -> list[float]:
        """Return the score of each answer.

        Raises:
            InvalidArgument: The model tells no probabilities, and nothing else scores.
        """
        if self._config.scores is not None:
            return await self._scored(self._config.scores, asked, answers, call)
        found = [answer.likelihood for answer in answers]
        if any(each is None for each in found):
            raise InvalidArgument(
                "The model tells no probabilities of its tokens, so its answers have no scores; set 'scores' of the"
                " service's 'synthetic_data', or take the filter 'none' or 'random'.",
                code="no_scores",
                param="filtering_function",
            )
        return [each for each in found if each is not None]

    async def _scored(
        self,
        config: ScoresConfig,
        asked: Sequence[Dialog],
        answers: Sequence[_Answered],
        call: Call,
    ) -> list[float]:
        rows = [
            {
                "input_query": asked[answer.dialog][-1]["content"],
                "generated_answer": answer.text,
                "expected_answer": "",
            }
            for answer in answers
        ]
        request = e.ScoreRequest(
            input_rows=[msgspec.Raw(_encode(row)) for row in rows],
            scoring_functions={config.function: None},
        )
        answer = await self._neighbours.scoring.score(request, call)
        found = [
            msgspec.json.decode(row)["score"] for row in answer.results[config.function].score_rows
        ]
        numbers = [float(score) for score in found if isinstance(score, int | float)]
        if len(numbers) != len(answers):
            raise UpstreamFailed(
                f"The scoring function '{config.function}' gave scores that are no numbers.",
                status=502,
                code="bad_scores",
            )
        return numbers

    def _kept(
        self,
        request: m.SyntheticDataGenerateRequest,
        answers: Sequence[_Answered],
        scores: Sequence[float],
    ) -> list[int]:
        """Return the places of the answers that are kept, conversation by conversation."""
        chance = random.Random(self._config.seed)  # noqa: S311 - nobody is to be kept from guessing it
        groups: dict[int, list[int]] = {}
        for place, answer in enumerate(answers):
            groups.setdefault(answer.dialog, []).append(place)
        found: list[int] = []
        for group in groups.values():
            some = kept(
                [scores[at] for at in group], request.filtering_function, self._config, chance
            )
            found += [group[each] for each in some]
        return found


def _likelihood(choice: i.Choice) -> float | None:
    told = choice.logprobs.content if choice.logprobs else None
    return sum(token.logprob for token in told) / len(told) if told else None


def _row(asked: Sequence[Dialog], answer: _Answered, score: float | None) -> dict[str, Any]:
    messages = [*asked[answer.dialog], {"role": "assistant", "content": answer.text}]
    return {"messages": messages} | ({} if score is None else {"score": score})


def _statistics(
    dialogs_asked: int, answers: Sequence[_Answered], kept_scores: Sequence[float], is_scored: bool
) -> dict[str, Any]:
    mean = sum(kept_scores) / len(kept_scores) if kept_scores and is_scored else None
    return {
        "dialogs": dialogs_asked,
        "answers": len(answers),
        "kept": len(kept_scores),
        "mean_score": mean,
        "prompt_tokens": sum(answer.tokens[0] for answer in answers),
        "completion_tokens": sum(answer.tokens[1] for answer in answers),
    }
