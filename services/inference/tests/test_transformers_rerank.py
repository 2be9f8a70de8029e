"""`inline::transformers` against transformers' own scores, on tiny random models of each kind."""

import asyncio
import json
from pathlib import Path

import pytest
import tokenizers
import torch
from transformers import (
    AutoModelForSequenceClassification,
    BertConfig,
    BertForSequenceClassification,
    BertModel,
    PreTrainedTokenizerFast,
    Qwen3Config,
    Qwen3ForCausalLM,
    XLMRobertaConfig,
    XLMRobertaForSequenceClassification,
)

from fleet.inference.v1 import messages as m
from fleet_engine.errors import UnsupportedModel
from fleet_inference.providers.transformers import Transformers
from fleet_runtime.errors import InvalidArgument, ResourceExhausted, Unimplemented
from fleet_testing.calls import grpc_call

SPECIAL = ["<pad>", "<s>", "</s>", "<unk>", "<|im_start|>", "<|im_end|>"]
WORDS = ["a", "bad", "cat", "dog", "eats", "food", "good", "is", "no", "yes", "what", "who"]
POSITIONS = 512
SHAPE = {
    "vocab_size": len(SPECIAL) + len(WORDS),
    "hidden_size": 32,
    "num_hidden_layers": 2,
    "num_attention_heads": 4,
    "intermediate_size": 48,
    "pad_token_id": 0,
    # Large enough that scores depend on what is read.
    "initializer_range": 0.3,
}
BERT = BertConfig(**SHAPE, max_position_embeddings=POSITIONS, num_labels=1)
# RoBERTa's positions begin after the padding's own.
ROBERTA = XLMRobertaConfig(
    **SHAPE, max_position_embeddings=POSITIONS + 1, type_vocab_size=1, num_labels=1
)
QWEN = Qwen3Config(
    **SHAPE, num_key_value_heads=2, head_dim=8, max_position_embeddings=POSITIONS, eos_token_id=5
)
ITEMS = ["a dog eats", "no", "good food is good food", "who is a cat", "", "bad bad dog"]
INSTRUCTION = "a good cat"


@pytest.fixture(scope="module")
def make_model(tmp_path_factory):
    """Return a function that writes a random model of a kind, with its tokenizer."""

    def make(kind, config) -> Path:
        folder = tmp_path_factory.mktemp("reranker")
        torch.manual_seed(0)
        kind(config).save_pretrained(folder)
        write_tokenizer(folder, pairs=config.model_type != "qwen3")
        return folder

    return make


def write_tokenizer(folder: Path, *, pairs: bool) -> None:
    vocabulary = {word: id_ for id_, word in enumerate([*SPECIAL, *WORDS])}
    words = tokenizers.Tokenizer(tokenizers.models.WordLevel(vocabulary, unk_token="<unk>"))
    words.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    if pairs:
        words.post_processor = tokenizers.processors.BertProcessing(("</s>", 2), ("<s>", 1))
    words.add_special_tokens(SPECIAL)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=words,
        pad_token="<pad>",
        unk_token="<unk>",
        model_max_length=POSITIONS,
        model_input_names=["input_ids", "token_type_ids", "attention_mask"],
    )
    tokenizer.save_pretrained(folder)


@pytest.fixture
async def opened():
    """Return a function that opens the provider, to be closed after the test."""
    providers = []

    def open_(folder: Path, **settings) -> Transformers:
        providers.append(Transformers(Transformers.Config(model=str(folder), **settings)))
        return providers[-1]

    yield open_
    for provider in providers:
        await provider.aclose()


async def ranking(provider, items=ITEMS, query="what eats", **fields):
    request = m.RerankRequest(model="reranker", query=query, items=items, **fields)
    answer = await provider.rerank(*grpc_call(request))
    return [(found.index, found.relevance_score) for found in answer.data]


async def scores(provider, items=ITEMS, query="what eats"):
    """Return the scores in the order of the items."""
    return [score for _, score in sorted(await ranking(provider, items, query))]


@torch.inference_mode()
def classified(folder: Path, query: str, items: list[str]) -> torch.Tensor:
    """Return transformers' own logit of each pair, one at a time, so that nothing is padded."""
    model = AutoModelForSequenceClassification.from_pretrained(folder).eval()
    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
    if model.config.type_vocab_size == 1:
        tokenizer.model_input_names = ["input_ids", "attention_mask"]
    return torch.stack(
        # As lists: an empty item by itself would count as none at all.
        [model(**tokenizer([query], [item], return_tensors="pt")).logits[0, 0] for item in items]
    )


@pytest.fixture(scope="module")
def bert(make_model):
    return make_model(BertForSequenceClassification, BERT)


@pytest.fixture(scope="module")
def xlm_roberta(make_model):
    folder = make_model(XLMRobertaForSequenceClassification, ROBERTA)
    change(folder / "tokenizer_config.json", model_input_names=["input_ids", "attention_mask"])
    return folder


@pytest.fixture(scope="module")
def yes_no_model(make_model):
    return make_model(Qwen3ForCausalLM, QWEN)


@pytest.fixture(scope="module", params=["bert", "xlm_roberta"])
def cross_encoder(request):
    return request.getfixturevalue(request.param)


@pytest.fixture(scope="module", params=["bert", "xlm_roberta", "yes_no_model"])
def reranker(request):
    return request.getfixturevalue(request.param)


def change(file: Path, **fields) -> None:
    file.write_text(json.dumps(json.loads(file.read_text()) | fields))


async def test_scores_of_a_cross_encoder_equal_those_of_transformers(opened, cross_encoder):
    """Whatever goes through the model with a pair must not change its score."""
    expected = classified(cross_encoder, "what eats", ITEMS).sigmoid()

    assert pytest.approx(expected.tolist(), abs=1e-5) == await scores(opened(cross_encoder))


async def test_the_activation_is_the_models_own(opened, make_model):
    """Models trained on MS MARCO say in their config that their logits are the scores."""
    folder = make_model(BertForSequenceClassification, BERT)
    identity = {"activation_fn": "torch.nn.modules.linear.Identity", "version": "4.0"}
    change(folder / "config.json", sentence_transformers=identity)
    expected = classified(folder, "what eats", ITEMS)

    assert pytest.approx(expected.tolist(), abs=1e-5) == await scores(opened(folder))


@torch.inference_mode()
def judged(folder: Path, query: str, items: list[str]) -> list[float]:
    """Return the probabilities of a yes, computed as the model card of Qwen3-Reranker does."""
    model = Qwen3ForCausalLM.from_pretrained(folder).eval()
    tokenizer = PreTrainedTokenizerFast.from_pretrained(folder)
    no, yes = tokenizer.convert_tokens_to_ids(["no", "yes"])
    found = []
    for item in items:
        prompt = (
            "<|im_start|>system\nJudge whether the Document meets the requirements based on the Query and the "
            'Instruct provided. Note that the answer can only be "yes" or "no".<|im_end|>\n<|im_start|>user\n'
            f"<Instruct>: {INSTRUCTION}\n<Query>: {query}\n<Document>: {item}"
            "<|im_end|>\n<|im_start|>assistant\n<think>\n\n</think>\n\n"
        )
        ids = tokenizer(prompt, add_special_tokens=False, return_tensors="pt")["input_ids"]
        logits = model(ids).logits[0, -1]
        found.append(float(logits[[no, yes]].log_softmax(0)[1].exp()))
    return found


async def test_scores_of_a_yes_no_model_equal_those_of_its_model_card(opened, yes_no_model):
    """The reference reranks with Qwen3-Reranker, by these lines."""
    expected = judged(yes_no_model, "what eats", ITEMS)

    found = await scores(opened(yes_no_model, instruction=INSTRUCTION))

    assert pytest.approx(expected, abs=1e-5) == found


async def test_the_best_come_first_and_no_more_than_wanted(opened, reranker):
    """Callers take the first few."""
    provider = opened(reranker)
    whole = await ranking(provider)

    assert sorted(whole, key=lambda found: -found[1]) == whole
    assert whole[:2] == await ranking(provider, max_num_results=2)


async def test_requests_at_once_get_their_own_scores(opened, reranker):
    """They go through the model together, and each gets back what is its own."""
    provider = opened(reranker, batch=4)
    queries = ["what eats", "who is good", "a bad cat", "no"]
    alone = [await scores(provider, query=query) for query in queries]

    together = await asyncio.gather(*(scores(provider, query=query) for query in queries))

    for expected, found in zip(alone, together, strict=True):
        assert pytest.approx(expected, abs=1e-6) == found


async def test_long_documents_are_cut_on_the_side_that_is_asked_for(opened, reranker):
    """The end of a document that no model could read whole says nothing, or the start does not."""
    cats, dogs = "cat " * POSITIONS, "dog " * POSITIONS

    cut_end = await scores(opened(reranker), [cats, cats + dogs, dogs])
    cut_start = await scores(opened(reranker, truncation="start"), [cats, cats + dogs, dogs])

    assert cut_end[0] == pytest.approx(cut_end[1], abs=1e-6)
    assert cut_start[2] == pytest.approx(cut_start[1], abs=1e-6)
    assert cut_end[0] != pytest.approx(cut_end[2], abs=1e-4)


async def test_long_documents_can_be_refused_without_harm_to_others(opened, reranker):
    """One caller's document is not another caller's mistake."""
    provider = opened(reranker, truncation="none", max_length=128)

    too_long, fine = await asyncio.gather(
        ranking(provider, ["cat " * 128]), ranking(provider), return_exceptions=True
    )

    assert isinstance(too_long, InvalidArgument)
    assert "but the model reads 128" in too_long.message
    assert len(ITEMS) == len(fine)


async def test_a_query_that_leaves_no_room_is_refused(opened, yes_no_model):
    """Cutting it would ask another question."""
    with pytest.raises(InvalidArgument, match=f"the model reads {POSITIONS}"):
        await ranking(opened(yes_no_model), query="what " * POSITIONS)


async def test_the_context_length_is_told(opened, reranker):
    """What the model can read, not what its table of positions holds."""
    (model,) = await opened(reranker).models()

    assert ("rerank", {"context_length": POSITIONS}) == (model.type, model.metadata)


async def test_callers_are_refused_when_too_much_waits(opened, bert):
    """A queue without a bound ends in no memory."""
    provider = opened(bert, batch=1, max_waiting=2)
    asked = [ranking(provider, ["cat " * 400]) for _ in range(20)]

    answers = await asyncio.gather(*asked, return_exceptions=True)

    assert any(isinstance(answer, ResourceExhausted) for answer in answers)
    assert any(isinstance(answer, list) for answer in answers)


async def test_an_image_is_refused(opened, bert):
    """These models read text."""
    image = m.ContentPart(type="image_url", image_url=m.ImageUrl(url="data:,"))

    with pytest.raises(InvalidArgument) as caught:
        await ranking(opened(bert), [image])
    assert "items[0]" == caught.value.param


async def test_anything_else_is_not_implemented(opened, bert):
    """So that the service says 501."""
    provider = opened(bert)

    for method, request in (
        (provider.chat, m.ChatCompletionRequest(model="x", messages=[])),
        (provider.complete, m.CompletionRequest(model="x", prompt="x")),
        (provider.embed, m.EmbeddingRequest(model="x", input="x")),
    ):
        with pytest.raises(Unimplemented):
            await method(*grpc_call(request))


@pytest.mark.parametrize(
    ("kind", "changed", "said"),
    [
        (
            BertForSequenceClassification,
            {"architectures": ["BertModel"]},
            "no reranker but BertModel",
        ),
        (
            BertForSequenceClassification,
            {"sbert_ce_default_activation_function": "torch.nn.modules.activation.Tanh"},
            "Tanh is not one of",
        ),
        (BertModel, {"architectures": ["BertForSequenceClassification"]}, "lacks .*classifier"),
    ],
)
async def test_other_models_are_refused(opened, make_model, kind, changed, said):
    """A score that is computed wrongly looks like any other."""
    folder = make_model(kind, BERT)
    change(folder / "config.json", **changed)

    with pytest.raises(UnsupportedModel, match=said):
        opened(folder)


async def test_a_classifier_of_several_labels_is_refused(opened, make_model):
    """Which of them would be the score?"""
    config = BertConfig(**SHAPE, max_position_embeddings=POSITIONS, num_labels=2)

    with pytest.raises(UnsupportedModel, match="has 2 labels"):
        opened(make_model(BertForSequenceClassification, config))


async def test_a_language_model_without_the_two_words_is_refused(opened, make_model):
    """Its logits for unknown words would be noise."""
    folder = make_model(Qwen3ForCausalLM, QWEN)
    tokenizer = json.loads((folder / "tokenizer.json").read_text())
    tokenizer["model"]["vocab"]["maybe"] = tokenizer["model"]["vocab"].pop("yes")
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer))

    with pytest.raises(UnsupportedModel, match="no tokens for 'yes' and 'no'"):
        opened(folder)
