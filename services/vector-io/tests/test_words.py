"""What a word is, for all stores that leave it to us."""

import pytest

from fleet_vector_io.words import words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("The PDF's 2nd page.", ["the", "pdf", "s", "2nd", "page"]),
        ("snake_case-and/or", ["snake", "case", "and", "or"]),
        ("STRASSE Straße", ["strasse", "strasse"]),
        ("ÜBER über", ["über", "über"]),
        ("東京都 2024", ["東", "京", "都", "2024"]),
        ("ラマ한글x", ["ラ", "マ", "한", "글", "x"]),
        ("\x00a\x00", ["a"]),
        ("?!_ 🦙", []),
        ("x" * 256 + " y", ["y"]),
    ],
)
def test_words_are_runs_of_letters_and_digits(text, found):
    """A question and a text must agree on what a word is, whatever the case and the script."""
    assert found == words(text)
