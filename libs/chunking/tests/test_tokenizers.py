"""Where tokens begin."""

import pytest
import tokenizers
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import TemplateProcessing

from fleet_chunking.block import Block
from fleet_chunking.chunker import chunk
from fleet_chunking.model_tokenizer import ModelTokenizer
from fleet_chunking.sizes import Sizes


@pytest.fixture(scope="module")
def bert(tmp_path_factory) -> ModelTokenizer:
    """Return a tokenizer such as embedding models have, which knows two words."""
    folder = tmp_path_factory.mktemp("models") / "tiny-bert"
    folder.mkdir()
    vocabulary = {"[UNK]": 0, "[CLS]": 1, "[SEP]": 2, "play": 3, "##ing": 4, "cafe": 5, ".": 6}
    made = tokenizers.Tokenizer(WordPiece(vocabulary, unk_token="[UNK]"))
    made.normalizer = BertNormalizer(lowercase=True)
    made.pre_tokenizer = BertPreTokenizer()
    made.post_processor = TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 1), ("[SEP]", 2)]
    )
    made.enable_truncation(8)
    made.save(str(folder / "tokenizer.json"))
    return ModelTokenizer(folder)


def test_cl100k_is_openais(cl100k):
    """The numbers of tokens are those that OpenAI's cookbook gives for these texts."""
    assert 6 == len(cl100k.offsets("antidisestablishmentarianism"))
    assert 7 == len(cl100k.offsets("2 + 2 = 4"))
    assert 9 == len(cl100k.offsets("お誕生日おめでとう"))


def test_cl100k_counts_characters_not_bytes(cl100k):
    """Texts are cut by characters, wherever the tokens' bytes are."""
    text = "naïve 漢字 🙂 end"
    begins = cl100k.offsets(text).tolist()

    assert 0 == begins[0]
    assert text.index(" end") == begins[-1]
    assert sorted(begins) == begins


def test_cl100k_takes_special_tokens_for_text(cl100k):
    """A file that speaks of `<|endoftext|>` is a file like others."""
    assert len(cl100k.offsets("<|endoftext|>")) > 1


def test_a_models_own_tokens_are_counted(bert):
    """By others' tokens a chunk may be longer than the model reads."""
    assert [0, 4, 8, 12] == bert.offsets("playing Café.").tolist()


def test_a_model_says_what_it_adds(bert):
    """`[CLS]` and `[SEP]` take up context too."""
    assert ("tiny-bert", 2) == (bert.name, bert.special)


def test_a_tokenizers_own_limit_does_not_cut_texts_off(bert):
    """Many a `tokenizer.json` is set to truncate."""
    assert 500 == len(bert.offsets("playing " * 250))


def test_long_texts_are_tokenized_piece_by_piece_to_the_same_tokens(bert):
    """The library would take gigabytes for a large file."""
    line = "playing café. "
    text = (line * 9 + "\n") * 2000

    begins = bert.offsets(text)

    assert 9 * 2000 * 4 == len(begins)
    assert {"p", "i", "c", "."} == {text[place] for place in begins}


def test_chunks_are_of_the_models_tokens(bert):
    """As the issue has it: static chunks are in the embedding model's tokens."""
    chunks = chunk([Block("text", "playing café. " * 300)], bert, Sizes(100, 50))

    assert {True} == {len(bert.offsets(c.text)) == c.token_count <= 100 for c in chunks}
    assert {"."} == {c.text.rstrip()[-1] for c in chunks}


def test_a_folder_without_a_tokenizer_is_told(tmp_path):
    """Rather than to fail at the first file."""
    with pytest.raises(FileNotFoundError, match=r"has no tokenizer\.json"):
        ModelTokenizer(tmp_path)
