"""Prompts with values in place of their variables."""

import pytest

from fleet.agents.v1 import messages as m
from fleet_agents.prompts.filling import filled
from fleet_agents.prompts.variables import names_in
from fleet_runtime.errors import InvalidArgument

PHOTO = m.Part(type="input_image", image_url="https://example.com/a.png")
LETTER = m.Part(type="input_file", file_id="file-1")


def prompt(text):
    return m.Prompt(
        prompt=text, version=1, prompt_id="pmpt_1", variables=names_in(text), is_default=True
    )


def text(words):
    return m.Part(type="input_text", text=words)


def test_texts_stand_where_their_variables_stood():
    """Each time, with spaces around the name or without."""
    made = filled(prompt("{{a}} and {{ b }} and {{a}}"), {"a": "x", "b": text("y")})

    assert [text("x and y and x")] == made


def test_a_prompt_without_variables_stays_as_it_is():
    """The plainest use there is."""
    assert [text("Be brief.")] == filled(prompt("Be brief."), {})


def test_what_a_value_holds_is_no_template():
    """Else whoever gives one value could read another."""
    made = filled(prompt("{{a}}, {{b}}"), {"a": "{{b}} \\1", "b": "secret"})

    assert [text("{{b}} \\1, secret")] == made


def test_images_and_files_follow_the_text_that_names_them():
    """So that the model knows which is which."""
    wanted = prompt("Compare {{letter}} with {{photo}} for {{who}}. {{photo}}!")
    made = filled(wanted, {"who": "Ann", "photo": PHOTO, "letter": LETTER})
    words = text("Compare [file: letter] with [image: photo] for Ann. [image: photo]!")

    assert [words, LETTER, PHOTO] == made


def test_missing_values_are_named():
    """The model would else be asked about a placeholder."""
    with pytest.raises(InvalidArgument, match="b, c") as caught:
        filled(prompt("{{a}} {{b}} {{c}}"), {"a": "x"})

    assert "prompt.variables.b" == caught.value.param


def test_unknown_variables_are_named():
    """A typing error would else go unseen."""
    with pytest.raises(InvalidArgument, match=r"nmae\. It has: name") as caught:
        filled(prompt("{{name}}"), {"name": "x", "nmae": "y"})

    assert "prompt.variables.nmae" == caught.value.param


@pytest.mark.parametrize(
    ("part", "param"),
    [
        (m.Part(type="output_text", text="x"), "prompt.variables.a"),
        (m.Part(type="input_text"), "prompt.variables.a.text"),
        (m.Part(type="input_image"), "prompt.variables.a"),
    ],
)
def test_values_are_texts_images_or_files(part, param):
    """Whole ones."""
    with pytest.raises(InvalidArgument) as caught:
        filled(prompt("{{a}}"), {"a": part})

    assert param == caught.value.param
