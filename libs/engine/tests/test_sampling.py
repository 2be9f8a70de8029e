"""Choosing tokens from logits."""

import math
from collections import Counter

import pytest
import torch

from fleet_engine.errors import InvalidRequest
from fleet_engine.generation import SamplingParams
from fleet_engine.sampling import Choice, choose

pytestmark = pytest.mark.slow

SIZE = 1000
TABLE = [str(id_).encode() for id_ in range(SIZE)]


def logits_of(probabilities: dict[int, float]) -> torch.Tensor:
    """Return logits of shape (1, SIZE); ids that are not named are impossible."""
    row = torch.full((1, SIZE), -torch.inf)
    for id_, probability in probabilities.items():
        row[0, id_] = math.log(probability)
    return row


def drawn(probabilities: dict[int, float], count: int = 400, **params) -> Counter[int]:
    """Return how often each id is drawn."""
    choice = Choice(SamplingParams(seed=1, **params))
    logits = logits_of(probabilities)
    return Counter(choose(logits.clone(), [choice], TABLE)[0].id for _ in range(count))


def chosen(row: torch.Tensor, choice: Choice) -> int:
    return choose(row.clone(), [choice], TABLE)[0].id


FOUR = {5: 0.4, 900: 0.3, 17: 0.2, 333: 0.1}


def test_zero_temperature_takes_the_likeliest():
    assert {5} == drawn(FOUR, temperature=0).keys()


@pytest.mark.parametrize("params", [{}, {"top_k": 900}, {"top_p": 0.99999}])
def test_draws_follow_the_probabilities(params):
    """Truncating or not, what is kept is drawn as often as the model says."""
    counts = drawn(FOUR, 4000, **params)

    for id_, probability in FOUR.items():
        assert counts[id_] / 4000 == pytest.approx(probability, abs=0.03)


@pytest.mark.parametrize(
    ("params", "kept"),
    [
        ({"top_k": 1}, {5}),
        ({"top_k": 2}, {5, 900}),
        ({"top_p": 0.35}, {5}),
        ({"top_p": 0.6}, {5, 900}),
        ({"top_p": 0.85}, {5, 900, 17}),
        ({"min_p": 0.45}, {5, 900, 17}),
        ({"min_p": 0.7, "top_k": 3}, {5, 900}),
        # Of the two that top_k keeps, the first has 4/7.
        ({"top_k": 2, "top_p": 0.5}, {5}),
        ({"temperature": 0.05}, {5}),
    ],
)
def test_truncation_keeps_the_likeliest(params, kept):
    assert kept == drawn(FOUR, **params).keys()


def test_a_wide_nucleus_is_exact():
    """With a flat distribution, the nucleus reaches beyond the tokens that are sorted first."""
    flat = torch.linspace(0, 1e-3, SIZE).unsqueeze(0)
    choice = Choice(SamplingParams(top_p=0.5, seed=2))

    ids = {chosen(flat, choice) for _ in range(2000)}

    assert min(ids) >= SIZE // 2
    assert len(ids) > SIZE // 3


def test_a_draw_does_not_depend_on_the_batch():
    """Else a seed would promise nothing on a busy server."""
    row = torch.randn(1, SIZE, generator=torch.manual_seed(0))
    params = SamplingParams(seed=7, top_p=0.9)
    alone, among = Choice(params), Choice(params)
    others = [
        Choice(SamplingParams(temperature=0)),
        Choice(SamplingParams(top_k=SIZE, top_p=0.999999)),
        Choice(SamplingParams()),
    ]
    batch = torch.cat([row, torch.randn(3, SIZE)])

    for _ in range(20):
        assert chosen(row, alone) == choose(batch.clone(), [among, *others], TABLE)[0].id


def test_seeds_differ():
    row = torch.randn(1, SIZE, generator=torch.manual_seed(0))
    answers = {
        tuple(chosen(row, choice) for _ in range(8))
        for choice in (Choice(SamplingParams(seed=seed)) for seed in (1, 2, None))
    }

    assert len(answers) == 3


def test_penalties_lower_what_was_answered():
    """By OpenAI's formula: count times frequency, and presence once."""
    row = torch.zeros(1, SIZE)
    row[0, 3], row[0, 4] = 2.0, 1.5
    choice = Choice(SamplingParams(temperature=0, frequency_penalty=0.2, presence_penalty=0.1))

    # 3 falls to 1.7, then 1.5, where 3 comes first; then 1.3 against 4's 1.5, 1.2 …
    assert [chosen(row, choice) for _ in range(5)] == [3, 3, 3, 4, 3]


def test_repetition_penalty_counts_the_prompt():
    row = torch.zeros(1, SIZE)
    row[0, 3], row[0, 4] = 2.0, 1.5
    choice = Choice(SamplingParams(temperature=0, repetition_penalty=2.0), prompt=frozenset([3]))

    assert [chosen(row, choice) for _ in range(2)] == [4, 3]


def test_logit_bias_forces_and_bans():
    assert {333} == drawn(FOUR, logit_bias={333: 100.0}).keys()
    assert {900} == drawn(FOUR, temperature=0, logit_bias={5: -100.0}).keys()


def test_logprobs_are_those_of_the_model():
    """Before temperature, bias and truncation; those change choices, not probabilities."""
    params = SamplingParams(temperature=0, logprobs=2, logit_bias={17: 100.0})

    token = choose(logits_of(FOUR), [Choice(params)], TABLE)[0]

    assert token.id == 17
    assert token.text == "17"
    assert token.logprob == pytest.approx(math.log(0.2))
    assert [other.id for other in token.top] == [5, 900]
    assert [other.logprob for other in token.top] == pytest.approx([math.log(0.4), math.log(0.3)])


def test_logprobs_without_alternatives():
    token = choose(logits_of(FOUR), [Choice(SamplingParams(temperature=0, logprobs=0))], TABLE)[0]

    assert token.logprob == pytest.approx(math.log(0.4))
    assert token.top == ()


@pytest.mark.parametrize(
    "params",
    [
        {"temperature": -1},
        {"temperature": math.nan},
        {"top_p": 0},
        {"top_p": 1.1},
        {"top_k": -1},
        {"min_p": 1},
        {"frequency_penalty": 3},
        {"presence_penalty": -3},
        {"repetition_penalty": 0},
        {"stop": ("",)},
        {"logprobs": 21},
        {"max_tokens": 0},
    ],
)
def test_values_out_of_range_are_refused(params):
    with pytest.raises(InvalidRequest, match=next(iter(params))):
        SamplingParams(**params)
