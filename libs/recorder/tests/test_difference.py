"""What differs is said so that a person finds it."""

from fleet_recorder.difference import differences


def test_each_field_that_differs_has_its_path():
    """Of a long request the rest is not of interest."""
    recorded = {"a": 1, "b": [{"c": "x"}, 2], "d": None}
    asked = {"a": 1, "b": [{"c": "y"}], "e": "z"}

    assert [
        'b[0].c: recorded "x", asked "y"',
        "b[1]: recorded 2, asked nothing",
        "d: recorded null, asked nothing",
        'e: recorded nothing, asked "z"',
    ] == list(differences(recorded, asked))


def test_of_long_texts_the_place_is_shown_where_they_part():
    """Prompts begin alike."""
    (line,) = differences("a" * 1000 + "one" + "b" * 1000, "a" * 1000 + "two" + "b" * 1000)

    assert len(line) < 220
    assert "one" in line
    assert "two" in line


def test_equal_values_do_not_differ():
    """However deep."""
    assert [] == list(differences({"a": [1, {"b": 2}]}, {"a": [1, {"b": 2}]}))
