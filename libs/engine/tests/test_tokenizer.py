"""Text, tokens and conversations."""

import json

import pytest

from fleet_engine.errors import InvalidRequest, UnsupportedModel
from fleet_engine.tokenizer import Tokenizer
from fleet_engine.vocabulary import token_bytes

TEXT = "Grüße, 世界! 🙂\n\tdef f(x): return 12345"
TURNS = [{"role": "user", "content": "hi"}]


def changed(folder, file, **fields) -> None:
    path = folder / file
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))


def test_text_survives_the_way_there_and_back(model):
    tokenizer = Tokenizer(model)

    assert tokenizer.decode(tokenizer.encode(TEXT)) == TEXT


def test_text_survives_the_real_tokenizer(smollm):
    tokenizer = Tokenizer(smollm)

    assert tokenizer.decode(tokenizer.encode(TEXT)) == TEXT


def test_special_tokens_have_no_text(model):
    tokenizer = Tokenizer(model)

    assert tokenizer.decode([0, *tokenizer.encode("a"), 1]) == "a"


def test_sentencepiece_tokens_are_bytes_and_marked_spaces():
    """As in the tokenizer of Llama 2."""
    tokenizer = {
        "decoder": {"type": "Sequence", "decoders": [{"type": "ByteFallback"}, {"type": "Fuse"}]},
        "model": {"vocab": {"<s>": 0, "\u2581the": 1, "<0xC3>": 2}},
        "added_tokens": [{"id": 0, "content": "<s>", "special": True}],
    }

    assert token_bytes(tokenizer, 5) == [b"", b" the", b"\xc3", b"", b""]


def test_a_tokenizer_without_a_known_decoder_is_refused():
    """Guessing would put wrong text into every answer."""
    tokenizer = {"decoder": {"type": "WordPiece"}, "model": {"vocab": {"a": 0}}}

    with pytest.raises(UnsupportedModel, match="WordPiece"):
        token_bytes(tokenizer, 1)


def test_a_conversation_is_put_into_the_models_format(model):
    tokenizer = Tokenizer(model)

    assert tokenizer.encode("<s>user:hi<s>assistant:") == tokenizer.apply_chat_template(TURNS)


def test_templates_can_be_a_file_of_their_own(make_model):
    """So newer folders have them."""
    folder = make_model()
    (folder / "chat_template.jinja").write_text("{{ tools | tojson }}{{ thinking }}{{ bos_token }}")
    tokenizer = Tokenizer(folder)

    tokens = tokenizer.apply_chat_template(TURNS, tools=[{"name": "é"}], thinking=True)

    assert tokenizer.encode('[{"name": "é"}]True<s>') == tokens


def test_templates_can_be_named(make_model):
    folder = make_model()
    named = [{"name": "rag", "template": "no"}, {"name": "default", "template": "yes"}]
    changed(folder, "tokenizer_config.json", chat_template=named)
    tokenizer = Tokenizer(folder)

    assert tokenizer.encode("yes") == tokenizer.apply_chat_template(TURNS)


@pytest.mark.parametrize(
    "template",
    [
        "{{ raise_exception('no system role') }}",
        "{{ messages.append(1) }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ messages[0].content + 1 }}",
    ],
)
def test_what_a_template_refuses_is_the_callers_error(make_model, template):
    """And a template from a hub cannot reach out of its sandbox."""
    folder = make_model()
    changed(folder, "tokenizer_config.json", chat_template=template)

    with pytest.raises(InvalidRequest, match="template"):
        Tokenizer(folder).apply_chat_template(TURNS)


def test_a_model_without_a_template_says_so(make_model):
    folder = make_model()
    changed(folder, "tokenizer_config.json", chat_template=None)

    with pytest.raises(InvalidRequest, match="no chat template"):
        Tokenizer(folder).apply_chat_template(TURNS)
