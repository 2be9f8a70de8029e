"""`regex_parser_math_response`: the final answer of a solution, compared as mathematics.

Answers are brought into one form first, much as Lewkowycz et al., "Solving quantitative reasoning problems with
language models", 2022 (https://arxiv.org/abs/2206.14858, appendix D.1) do it; numbers are then compared by their value.
"""

import re
from fractions import Fraction

from fleet_eval.scoring import patterns

REGEXES = [r"(?is).*final answer is:?\s*\$?\\boxed\{(.*)\}\$?"]
"""How the answer is found where nobody says how. If it is not, what the last `\\boxed{…}` holds is it."""

_BOXED = "\\boxed{"
# What says nothing about the value.
_DROPPED = re.compile(
    r"\\(?:left|right|,|;|!|quad|displaystyle|mathrm|mathbf|textbf|text|mbox)(?![a-zA-Z])|\\?\$|\\ |\s|\^\\circ|\\%|%"
)
_UNITS = re.compile(
    r"\\?(?:text|mbox)\{\s*(?:dollars|cents|feet|foot|inches|units?|square units?|cm|km|m|meters|degrees|hours|minutes|"
    r"seconds|points|miles|and|or)\s*\}"
)
_SHORT_FRACTION = re.compile(r"\\[dt]?frac\s*(\d)\s*(\d)")
_FRACTION = re.compile(r"(-?)\\[dt]?frac\{(-?\d+)\}\{(-?\d+)\}")
_NUMBER = re.compile(r"-?\d+(\.\d+)?(/\d+)?")
_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3}(?!\d))")


def math_answer(generated: str, expected: str, regexes: list[str]) -> float:
    """Return 1 if the answer that is found in `generated` is the expected one, else 0."""
    found = patterns.first(regexes, generated, "parsing_regexes")
    if found is None:
        found = _last_boxed(generated)
    if found is None:
        return 0.0
    ours, theirs = _plain(found), _plain(_last_boxed(expected) or expected)
    return float(ours == theirs or (_value(ours) is not None and _value(ours) == _value(theirs)))


def _last_boxed(text: str) -> str | None:
    """Return what the last box of LaTeX, `boxed{…}`, holds, braces and all."""
    start = text.rfind(_BOXED)
    if start < 0:
        return None
    depth, start = 1, start + len(_BOXED)
    for place in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return text[start:place]
    return None


def _plain(answer: str) -> str:
    """Return an answer in the one form."""
    text = answer.rpartition("=")[2].strip().rstrip(".")
    text = _SHORT_FRACTION.sub(r"\\frac{\1}{\2}", _UNITS.sub("", text))
    text = _THOUSANDS.sub("", _DROPPED.sub("", text))
    return _bare(text.replace("\\dfrac", "\\frac").replace("\\tfrac", "\\frac"))


def _bare(text: str) -> str:
    """Return a text without braces around all of it."""
    while text.startswith("{") and text.endswith("}") and "{" not in text[1:-1]:
        text = text[1:-1]
    return text


def _value(text: str) -> Fraction | None:
    """Return the number that a text is, if it is one."""
    fraction = _FRACTION.fullmatch(text)
    try:
        if fraction:
            sign, above, below = fraction.groups()
            return Fraction(int(f"{sign}1") * int(above), int(below))
        if _NUMBER.fullmatch(text):
            above, _, below = text.partition("/")
            return Fraction(above) / Fraction(below or 1)
    except (ZeroDivisionError, ValueError):
        return None
    return None
