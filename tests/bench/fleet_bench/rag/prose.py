"""Texts to search and to read: words at random, in sentences of the usual length, the same for the same seed."""

import random
from collections.abc import Iterator

_NOUNS = (
    "harbour winter signal bridge copper garden letter engine valley market window island thunder"
    " captain library orchard furnace railway lantern meadow compass granite village theatre kitchen"
    " journey pattern shelter surface machine quarter station teacher weather blanket chimney"
    " distance evening feather glacier history iron justice kettle language mountain number ocean"
    " paper question river silver timber union voice water yellow anchor border canvas desert effort"
    " fabric ground hammer insect jacket ladder metal needle object planet record second ticket value"
    " archive balance carbon danger element forest gravity horizon index journal measure network"
    " opinion process quality reason season theory uniform vessel witness account building"
)
_JOINTS = "of the and in that was for it with as his on be at by had not are but from"
WORDS = _NOUNS.split()
_BETWEEN = _JOINTS.split()
_SHORTEST, _LONGEST = 8, 22


def sentences(seed: str) -> Iterator[str]:
    """Yield sentences without end. Each begins with one of `WORDS`."""
    dice = random.Random(seed)
    while True:
        count = dice.randint(_SHORTEST, _LONGEST)
        words = [dice.choice(WORDS if place % 2 == 0 else _BETWEEN) for place in range(count)]
        yield " ".join(words).capitalize() + "."


def passage(seed: str, characters: int) -> str:
    """Return whole sentences of at least so many characters."""
    text = ""
    for sentence in sentences(seed):
        text += sentence
        if len(text) >= characters:
            return text
        text += " "
    raise AssertionError("sentences do not end")
