"""`equality` and `subset_of`: what was generated, compared as it is with what was expected."""


def equality(generated: str, expected: str) -> float:
    """Return 1 if both are the same, else 0."""
    return float(generated == expected)


def subset_of(generated: str, expected: str) -> float:
    """Return 1 if what was expected is a part of what was generated, else 0."""
    return float(expected in generated)
