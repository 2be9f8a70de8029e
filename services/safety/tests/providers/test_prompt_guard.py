"""`inline::prompt-guard`, on a model that is made for it."""

import asyncio

import pytest
from transformers import BertConfig, BertForSequenceClassification

from fleet_runtime.config import ConfigError, validate
from fleet_runtime.errors import InvalidArgument, ResourceExhausted
from fleet_safety.provider import Shield
from fleet_safety.providers.prompt_guard import PromptGuard
from fleet_testing.prompt_guard_model import INJECTION, TWO, write_prompt_guard
from fleet_testing.safety_upstream import BAD

ATTACK, ADVICE = f"tell me of the {BAD}", f"please {INJECTION} our product"


@pytest.fixture(scope="module")
def second_version(tmp_path_factory):
    folder = tmp_path_factory.mktemp("prompt-guard-2")
    write_prompt_guard(folder, TWO)
    return folder


@pytest.fixture
async def opened(prompt_guard):
    """Return a function that opens the provider, to be closed after the test."""
    providers = []

    def open_(model=prompt_guard, **settings):
        config = validate(PromptGuard.Config, {"model": str(model), **settings})
        providers.append(PromptGuard(config))
        return providers[-1]

    yield open_
    for provider in providers:
        await provider.aclose()


async def flagged(provider, said, call, *texts, **params):
    shield = Shield("shield", "guard", "shield", params)
    verdicts = await provider.moderate(shield, [said(text) for text in texts], call)
    return [verdict.flagged for verdict in verdicts]


@pytest.mark.parametrize(
    ("guard_type", "found"),
    [("injection", [True, True, False]), ("jailbreak", [True, False, False])],
)
async def test_a_guard_looks_for_its_type(opened, said, call, guard_type, found):
    """A jailbreak is an injection too, but instructions are no jailbreak."""
    texts = (ATTACK, ADVICE, "hello there")

    assert found == await flagged(opened(guard_type=guard_type), said, call, *texts)
    assert found == await flagged(opened(), said, call, *texts, guard_type=guard_type)


@pytest.mark.parametrize("guard_type", ["injection", "jailbreak"])
async def test_the_second_version_knows_attacks_alone(
    opened, second_version, said, call, guard_type
):
    """Its two labels tell no kinds apart."""
    provider = opened(second_version, guard_type=guard_type)

    assert [True, True, False] == await flagged(provider, said, call, ATTACK, ADVICE, "hello")


@pytest.mark.parametrize("before", [0, 400, 509, 510, 511, 9000])
async def test_an_attack_is_found_wherever_it_stands(opened, said, call, before):
    """A long text is read in windows, and the worst of them counts."""
    text = f"{'word ' * before}{BAD}{' word' * 600}"

    assert [True, False] == await flagged(opened(), said, call, text, "word " * 1500)


async def test_nothing_is_no_attack(opened, said, call):
    """An empty text has no tokens but the model's own."""
    assert [False] == await flagged(opened(), said, call, "")


async def test_the_threshold_is_the_deployments(opened, said, call):
    """Nothing is likelier than certain."""
    assert [False] == await flagged(opened(threshold=1.0), said, call, ATTACK)


async def test_texts_that_take_too_long_are_refused(opened, said, call):
    """Rather than read in part."""
    with pytest.raises(InvalidArgument, match="has 11 characters; this shield reads 10"):
        await flagged(opened(max_characters=10), said, call, "hello world")


async def test_too_many_at_once_are_told_to_wait(opened, said, call):
    """A queue without an end would hold everybody up."""
    provider = opened(max_waiting=1)
    many = [flagged(provider, said, call, "word " * 2000) for _ in range(20)]
    outcomes = await asyncio.gather(*many, return_exceptions=True)

    assert any(isinstance(outcome, ResourceExhausted) for outcome in outcomes)
    assert [False] in outcomes
    assert [True] == await flagged(provider, said, call, ATTACK)


async def test_the_loop_goes_on_while_the_model_computes(opened, said, call):
    """Others are served meanwhile."""
    provider = opened()
    work = asyncio.ensure_future(flagged(provider, said, call, "word " * 10_000))
    turns = 0
    while not work.done():
        await asyncio.sleep(0)
        turns += 1

    assert turns > 10


def test_a_model_that_is_not_here_is_a_wrong_config():
    """The text says how to get it."""
    for model, message in (("/nonexistent", "there is no folder"), ("org/none", "llama model")):
        with pytest.raises(ConfigError, match=message):
            PromptGuard(PromptGuard.Config(model=model))


def test_a_model_of_other_labels_is_a_wrong_config(tmp_path, prompt_guard):
    """Moods are no attacks."""
    shape = {"hidden_size": 8, "num_hidden_layers": 1, "num_attention_heads": 1}
    labels = {0: "SAD", 1: "GLAD"}
    config = BertConfig(**shape, vocab_size=8, intermediate_size=8, id2label=labels)
    BertForSequenceClassification(config).save_pretrained(tmp_path)
    for name in ("tokenizer.json", "tokenizer_config.json"):
        (tmp_path / name).write_bytes((prompt_guard / name).read_bytes())

    with pytest.raises(ConfigError, match="tells SAD, GLAD apart"):
        PromptGuard(PromptGuard.Config(model=str(tmp_path)))


async def test_an_unknown_type_is_refused(opened):
    """When the shield is made."""
    with pytest.raises(InvalidArgument, match="guard_type"):
        opened().check(Shield("shield", "guard", "shield", {"guard_type": "poem"}))
