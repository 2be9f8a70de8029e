"""Looking through code for what makes it insecure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from fleet_safety.code.blocks import Block, blocks
from fleet_safety.code.rules import Rule

# More say nothing new.
_MOST_ISSUES = 50


@dataclass(frozen=True, slots=True)
class Issue:
    """Something insecure.

    Attributes:
        rule: What it is.
        line: On which line of the text it stands, from 1.
    """

    rule: Rule
    line: int


def scan(text: str, rules: Sequence[Rule]) -> list[Issue]:
    """Return what is insecure in the code of a text, in the order of its lines; one issue a rule and line."""
    found = {(issue.line, issue.rule.id): issue for issue in _issues(text, rules)}
    return [found[key] for key in sorted(found)][:_MOST_ISSUES]


def _issues(text: str, rules: Sequence[Rule]) -> Iterator[Issue]:
    for block in blocks(text):
        for rule in rules:
            if rule.is_for(block.language):
                yield from _found(block, rule)


def _found(block: Block, rule: Rule) -> Iterator[Issue]:
    for match in islice(rule.pattern.finditer(block.code), _MOST_ISSUES):
        yield Issue(rule, block.line + block.code.count("\n", 0, match.start()))
