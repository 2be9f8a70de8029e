"""What Llama Guard answers is read as it means it; what cannot be read is unsafe."""

import pytest

from fleet_safety.llama_guard.answer import verdict
from fleet_safety.llama_guard.versions import VERSIONS

CATEGORIES = VERSIONS["3-8b"].categories


def read(answer, *excluded):
    return verdict(answer, CATEGORIES, excluded)


def found(answer, *excluded):
    return [name for name, flagged in read(answer, *excluded).categories.items() if flagged]


@pytest.mark.parametrize("answer", ["safe", "\n\nsafe", "safe\n", "Safe"])
def test_safe_is_safe(answer):
    """Models begin with a line break or two."""
    told = read(answer)

    assert not told.flagged
    assert dict.fromkeys(CATEGORIES.values(), False) == dict(told.categories)


@pytest.mark.parametrize(
    ("answer", "categories"),
    [
        ("unsafe\nS1", ["Violent Crimes"]),
        ("\n\nunsafe\nS1,S14", ["Violent Crimes", "Code Interpreter Abuse"]),
        ("unsafe\nS10, S2 ", ["Non-Violent Crimes", "Hate"]),
        ("UNSAFE\ns12", ["Sexual Content"]),
        ("unsafe\nS1\nS2", ["Violent Crimes", "Non-Violent Crimes"]),
        ("unsafe\nS1,S99", ["Violent Crimes"]),
    ],
)
def test_codes_are_categories(answer, categories):
    """With a score of 1 each, and the codes in the metadata."""
    told = read(answer)

    assert told.flagged
    assert categories == found(answer)
    assert categories == [name for name, score in told.scores.items() if score == 1]
    assert set(told.metadata["violation_type"].split(",")) == {
        code for code, name in CATEGORIES.items() if name in categories
    }


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "unsafe",
        "unsafe\n",
        "unsafe\nS99",
        "unsafe\nviolence",
        "I cannot judge that.",
        "safe\nS1",
        "safe and sound",
        "The text is safe",
        "unsafely\nS1",
    ],
)
def test_what_cannot_be_read_is_unsafe(answer):
    """A model that was talked into something else must not pass it."""
    told = read(answer)

    assert told.flagged
    assert "error" == told.level
    assert "unknown" == told.metadata["violation_type"]
    assert [] == found(answer)


def test_excluded_categories_are_nobodys_fault():
    """And are not listed at all."""
    assert not read("unsafe\nS6", "S6").flagged
    assert "Specialized Advice" not in read("unsafe\nS6", "S6").categories
    assert ["Hate"] == found("unsafe\nS6,S10", "S6")
    assert read("unsafe\nS6,S99", "S6").flagged
    assert read("unsafe", "S6").flagged
