"""`inline::code-scanner`: finds insecure code by rules, in this process.

The rules are our own: Llama Stack's codeshield brings semgrep, which starts a process for each text, and holds other
libraries to versions that are not ours.
"""

import asyncio
from collections.abc import Sequence

from pydantic import Field, field_validator

from fleet_runtime.call import Call
from fleet_runtime.config import Config as BaseConfig
from fleet_runtime.errors import InvalidArgument
from fleet_safety.code.rules import all_rules
from fleet_safety.code.scanner import Issue, scan
from fleet_safety.provider import Conversation, Shield, Verdict
from fleet_safety.single_turn import last_text

# In characters. To look through longer texts takes over 10 ms, and leaves the event loop.
_LONG = 5_000
_MESSAGE = "Sorry, I found security concerns in the code."


class CodeScanner:
    """Judges the code in the last turn: between fences, or all of it. The shield's name says nothing."""

    class Config(BaseConfig):
        """What is not looked for."""

        excluded_rules: list[str] = Field(default=[], examples=[["python-weak-hash", "CWE-798"]])
        """Rules that are not followed, by their names or the numbers of their weaknesses."""
        max_characters: int = Field(default=200_000, ge=1)
        """The longest text. Longer ones are refused, rather than looked at in part."""

        @field_validator("excluded_rules")
        @classmethod
        def _are_rules(cls, excluded: list[str]) -> list[str]:
            known = {name for rule in all_rules() for name in (rule.id, rule.cwe)}
            wrong = next((name for name in excluded if name not in known), None)
            if wrong is not None:
                raise ValueError(f"there is no rule {wrong!r}")
            return excluded

    def __init__(self, config: Config) -> None:
        excluded = set(config.excluded_rules)
        self._rules = [rule for rule in all_rules() if not {rule.id, rule.cwe} & excluded]
        self._most = config.max_characters

    async def aclose(self) -> None:
        pass  # there is nothing to let go of

    def check(self, shield: Shield) -> None:
        pass  # any name will do

    async def moderate(
        self, shield: Shield, inputs: Sequence[Conversation], call: Call
    ) -> Sequence[Verdict]:
        texts = [self._text(one) for one in inputs]
        return [self._verdict(await self._issues(text)) for text in texts]

    def _text(self, conversation: Conversation) -> str:
        text = last_text(conversation)
        if len(text) > self._most:
            raise InvalidArgument(
                f"A text has {len(text)} characters; this shield reads {self._most}.",
                code="text_too_long",
                param="messages",
            )
        return text

    async def _issues(self, text: str) -> list[Issue]:
        if len(text) > _LONG:
            return await asyncio.to_thread(scan, text, self._rules)
        return scan(text, self._rules)

    def _verdict(self, issues: Sequence[Issue]) -> Verdict:
        found = {issue.rule.cwe for issue in issues}
        categories = {rule.cwe: rule.cwe in found for rule in self._rules}
        bad = any(issue.rule.severity == "error" for issue in issues)
        return Verdict(
            flagged=bool(issues),
            categories=categories,
            scores={cwe: float(there) for cwe, there in categories.items()},
            level="error" if bad else "warn",
            user_message=_MESSAGE if issues else None,
            metadata=_told(issues) if issues else {},
        )


def _told(issues: Sequence[Issue]) -> dict[str, object]:
    return {
        "violation_type": ",".join(sorted({issue.rule.id for issue in issues})),
        "issues": [
            {
                "rule": issue.rule.id,
                "cwe": issue.rule.cwe,
                "severity": issue.rule.severity,
                "line": issue.line,
                "description": f"The code {issue.rule.says}.",
            }
            for issue in issues
        ],
    }
