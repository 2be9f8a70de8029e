"""What a model is asked about a chunk."""

import pytest

from fleet_chunking.contextual import ContextPrompt, PromptError, with_context


def test_both_are_put_in_their_places():
    """The model sees the whole and the part."""
    prompt = ContextPrompt("{{CHUNK_CONTENT}} of {{WHOLE_DOCUMENT}}, {{CHUNK_CONTENT}}")

    assert "b of abc, b" == prompt.filled("abc", "b")


def test_documents_about_prompts_are_not_filled_in():
    """A document that says `{{CHUNK_CONTENT}}` must not grow by a chunk each time, nor be misquoted."""
    prompt = ContextPrompt("{{WHOLE_DOCUMENT}}|{{CHUNK_CONTENT}}")

    assert r"{{CHUNK_CONTENT}} \1|{{WHOLE_DOCUMENT}}" == prompt.filled(
        r"{{CHUNK_CONTENT}} \1", "{{WHOLE_DOCUMENT}}"
    )


def test_the_default_has_both_places():
    """It is used where nobody gives another."""
    filled = ContextPrompt().filled("THE DOCUMENT", "THE CHUNK")

    assert (1, 1) == (filled.count("THE DOCUMENT"), filled.count("THE CHUNK"))
    assert "{{" not in filled


@pytest.mark.parametrize(
    ("template", "missing"),
    [
        ("{{WHOLE_DOCUMENT}}", "CHUNK_CONTENT"),
        ("{{CHUNK_CONTENT}}", "WHOLE_DOCUMENT"),
        ("", "WHOLE_DOCUMENT.* and .*CHUNK_CONTENT"),
    ],
)
def test_a_prompt_without_a_place_is_refused(template, missing):
    """It would ask the same about every chunk."""
    with pytest.raises(PromptError, match=missing):
        ContextPrompt(template)


def test_the_context_goes_before_the_chunk():
    """Both are embedded together; a model that said nothing changes nothing."""
    assert "Of May.\n\nRain." == with_context(" Of May.\n", "Rain.")
    assert "Rain." == with_context(" ", "Rain.")
