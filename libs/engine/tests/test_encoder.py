"""Embeddings and scores against transformers' own, on the same weights."""

import json
from pathlib import Path

import numpy as np
import pytest
import tokenizers
import torch
from transformers import BertConfig, BertForSequenceClassification, BertModel

from fleet_engine.encoder import BATCH_TOKENS, CrossEncoder, Encoder
from fleet_engine.errors import InputTooLong, UnsupportedModel

WORDS = [
    "[PAD]",
    "[UNK]",
    "[CLS]",
    "[SEP]",
    *["a", "bad", "cat", "dog", "eats", "food", "good", "is", "no", "yes"],
]
TEXTS = ["a cat eats", "dog", "", "good food is good food", "a dog eats", "no unknownword"]
LIMIT = 16


needs_gpu = pytest.mark.skipif(
    not torch.cuda.is_available(), reason="needs a CUDA device, and there is none"
)


@pytest.fixture(scope="module")
def make_encoder(tmp_path_factory):
    """Return a function that writes a random encoder, pooling as told."""

    def make(kind=BertModel, pooling="pooling_mode_mean_tokens", normalise=True, **config) -> Path:
        folder = tmp_path_factory.mktemp("encoder")
        torch.manual_seed(0)
        shape = {
            "vocab_size": len(WORDS),
            "hidden_size": 32,
            "num_hidden_layers": 2,
            "num_attention_heads": 4,
            "intermediate_size": 48,
            "max_position_embeddings": 64,
            "initializer_range": 0.3,
        }
        kind(BertConfig(**shape | config)).save_pretrained(folder)
        write_tokenizer(folder)
        write_modules(folder, pooling, normalise)
        return folder

    return make


def write_tokenizer(folder: Path) -> None:
    vocabulary = {word: id_ for id_, word in enumerate(WORDS)}
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Whitespace()
    tokenizer.post_processor = tokenizers.processors.BertProcessing(("[SEP]", 3), ("[CLS]", 2))
    tokenizer.save(str(folder / "tokenizer.json"))


def write_modules(folder: Path, pooling: str, normalise: bool) -> None:
    kinds = {"Transformer": "", "Pooling": "1_Pooling"} | ({"Normalize": "2"} if normalise else {})
    modules = [
        {"type": f"sentence_transformers.models.{kind}", "path": path}
        for kind, path in kinds.items()
    ]
    (folder / "modules.json").write_text(json.dumps(modules))
    (folder / "1_Pooling").mkdir()
    (folder / "1_Pooling/config.json").write_text(json.dumps({pooling: True}))
    (folder / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": LIMIT}))


@torch.inference_mode()
def states(folder: Path, text: str) -> torch.Tensor:
    """Return transformers' last hidden states of one text, cut to the limit."""
    tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.enable_truncation(
        json.loads((folder / "sentence_bert_config.json").read_text())["max_seq_length"]
    )
    ids = tokenizer.encode(text).ids
    return BertModel.from_pretrained(folder)(torch.tensor([ids])).last_hidden_state[0]


POOL = {
    "pooling_mode_mean_tokens": lambda x: x.mean(0),
    "pooling_mode_cls_token": lambda x: x[0],
    "pooling_mode_max_tokens": lambda x: x.amax(0),
}


@pytest.mark.parametrize("normalise", [True, False])
@pytest.mark.parametrize("pooling", POOL)
def test_vectors_equal_those_of_transformers(make_encoder, pooling, normalise):
    """In whatever order and lengths the texts come."""
    folder = make_encoder(pooling=pooling, normalise=normalise)

    vectors = Encoder(folder).encode(TEXTS).vectors

    for text, vector in zip(TEXTS, vectors, strict=True):
        expected = POOL[pooling](states(folder, text))
        if normalise:
            expected = expected / expected.norm()
        np.testing.assert_allclose(vector, expected, atol=1e-5, rtol=1e-5)


def test_vectors_of_the_real_model_equal_those_of_transformers(minilm):
    texts = ["The cat sat on the mat.", "Où est la gare ?", "word " * 400, "", "x"]

    vectors = Encoder(minilm).encode(texts).vectors

    for text, vector in zip(texts, vectors, strict=True):
        expected = states(minilm, text).mean(0)
        np.testing.assert_allclose(vector, expected / expected.norm(), atol=1e-5)


def test_a_vector_does_not_depend_on_its_batch(make_encoder):
    encoder = Encoder(make_encoder())
    many = TEXTS * (BATCH_TOKENS // 10)

    vectors = encoder.encode(many).vectors

    np.testing.assert_allclose(vectors[: len(TEXTS)], encoder.encode(TEXTS).vectors, atol=1e-6)
    np.testing.assert_allclose(vectors[-len(TEXTS) :], encoder.encode(TEXTS).vectors, atol=1e-6)


def test_long_texts_are_cut_on_the_side_that_is_asked_for(make_encoder):
    encoder = Encoder(make_encoder())
    long = "cat " * (LIMIT - 2) + "dog " * (LIMIT - 2)

    for truncation, kept in {"end": "cat ", "start": "dog "}.items():
        cut = encoder.encode([long], truncation)
        assert cut.tokens == [LIMIT]
        np.testing.assert_allclose(
            cut.vectors, encoder.encode([kept * (LIMIT - 2)]).vectors, atol=1e-6
        )


def test_long_texts_can_be_refused(make_encoder):
    """OpenAI's API does so, rather than to embed a part of the text in silence."""
    with pytest.raises(InputTooLong, match="18 tokens, but the model reads 16"):
        Encoder(make_encoder()).encode(["cat " * LIMIT], "none")


def test_nothing_to_encode_is_no_error(make_encoder):
    encoder = Encoder(make_encoder())

    assert (0, encoder.dimension) == encoder.encode([]).vectors.shape


def test_tokens_are_counted_with_the_special_ones(make_encoder):
    assert Encoder(make_encoder()).encode(["a cat eats", "dog"]).tokens == [5, 3]


@pytest.mark.parametrize(
    ("file", "content"),
    [
        ("modules.json", [{"type": "sentence_transformers.models.Dense", "path": ""}]),
        ("1_Pooling/config.json", {"pooling_mode_weightedmean_tokens": True}),
        ("config.json", {"model_type": "mpnet"}),
    ],
)
def test_other_encoders_are_refused(make_encoder, file, content):
    """A vector that is computed wrongly looks like any other."""
    folder = make_encoder()
    (folder / file).write_text(json.dumps(content))

    with pytest.raises(UnsupportedModel):
        Encoder(folder)


def test_cross_encoder_scores_equal_those_of_transformers(make_encoder):
    folder = make_encoder(BertForSequenceClassification, num_labels=1)
    documents = ["a dog eats", "no", "good food is good food"]

    scores = CrossEncoder(folder).score("cat", documents)

    tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
    reference = BertForSequenceClassification.from_pretrained(folder)
    for document, score in zip(documents, scores, strict=True):
        pair = tokenizer.encode("cat", document)
        with torch.inference_mode():
            logit = reference(
                torch.tensor([pair.ids]), token_type_ids=torch.tensor([pair.type_ids])
            ).logits[0, 0]
        assert float(score) == pytest.approx(float(logit.sigmoid()), abs=1e-5)


@needs_gpu
def test_a_gpu_encodes_as_a_cpu_does(make_encoder):
    folder = make_encoder()

    vectors = Encoder(folder, "cuda").encode(TEXTS).vectors

    np.testing.assert_allclose(vectors, Encoder(folder).encode(TEXTS).vectors, atol=1e-4)


@needs_gpu
def test_a_gpu_scores_as_a_cpu_does(make_encoder):
    folder = make_encoder(BertForSequenceClassification, num_labels=1)

    scores = CrossEncoder(folder, "cuda").score("cat", TEXTS)

    np.testing.assert_allclose(scores, CrossEncoder(folder).score("cat", TEXTS), atol=1e-4)
