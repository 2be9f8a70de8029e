"""What makes code insecure, as `rules.yaml` has it."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import msgspec

from fleet_safety.provider import Level

ANY = "any"


@dataclass(frozen=True, slots=True)
class Rule:
    """How one weakness shows.

    Attributes:
        id: Its name.
        cwe: The weakness, by its number in the Common Weakness Enumeration.
        languages: The languages that it is in; `any` for all.
        severity: How bad it is.
        says: What such code does, as the end of a sentence.
        pattern: Finds it.
    """

    id: str
    cwe: str
    languages: frozenset[str]
    severity: Level
    says: str
    pattern: re.Pattern[str]

    def is_for(self, language: str | None) -> bool:
        """Say whether code in a language may have it; code of an unknown one may have all."""
        return language is None or language in self.languages or ANY in self.languages


class _Written(msgspec.Struct, forbid_unknown_fields=True):
    """A rule as it is written down."""

    id: str
    cwe: str
    languages: list[str]
    severity: Level
    says: str
    pattern: str

    def rule(self) -> Rule:
        pattern = re.compile(self.pattern, re.MULTILINE)
        languages = frozenset(self.languages)
        return Rule(self.id, self.cwe, languages, self.severity, self.says, pattern)


@cache
def all_rules() -> Sequence[Rule]:
    """Return all rules."""
    written = files("fleet_safety.code").joinpath("rules.yaml").read_bytes()
    return [one.rule() for one in msgspec.yaml.decode(written, type=list[_Written])]
