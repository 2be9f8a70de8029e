"""How far tools may be used in one response, so that it ends well whatever the model does."""

from collections.abc import Iterable, Sequence

import msgspec

from fleet.agents.v1 import messages as m
from fleet_agents.responses.steps import Step, ToolUse

# How often a model may be wrong about its tools, or ask for the same once more, before it has to answer without them.
_MISTAKES = 3


class ToolRules:
    """Says which calls are run, and which tools the model is told to use next.

    Args:
        choice: What the request says of that.
        most: The most calls that are run here; any number if unset.
        ran: How many were run already, in a process that died.
        others: Whether there are tools that callers run themselves, of whose calls there is no limit.

    Attributes:
        choice: Which tools the model is told to use from now on.
        stopped: Why the response is incomplete if the model calls tools once more, though it was told not to.
    """

    def __init__(
        self, choice: m.ResponseToolChoice, most: int | None, ran: int = 0, *, others: bool = False
    ) -> None:
        self.choice = choice
        self.stopped: str | None = None
        self._most = most
        self._ran = ran
        self._others = others
        self._mistakes = 0
        if ran:
            self._choose_anew()

    def refusal(self, use: ToolUse, steps: Iterable[Step]) -> str | None:
        """Return what the model is told of a call that is not run; nothing if it is.

        Args:
            use: The call.
            steps: What has happened in the response so far.
        """
        if self._most is not None and self._ran >= self._most:
            self._stop("max_tool_calls")
            return f"Not run: no more than {self._most} calls of tools are allowed."
        if _often(use, steps):
            self._mistake()
            return "This call was made before, with the same arguments. Its result stands above."
        self._ran += 1
        self._choose_anew()
        return None

    def unknown(self, use: ToolUse, known: Sequence[str]) -> str:
        """Return what the model is told of a call of a tool that is not there."""
        self._mistake()
        return f"There is no tool '{use.name}'. The tools are: {', '.join(known) or 'none'}."

    def _choose_anew(self) -> None:
        """Let the model choose as it likes once it has used a tool, or let it have none where no more may run."""
        spent = self._most is not None and self._ran >= self._most
        self.choice = "none" if spent and not self._others else _relaxed(self.choice)

    def _mistake(self) -> None:
        """Note that the model was wrong about its tools. If that goes on, it has to answer without them."""
        self._mistakes += 1
        if self._mistakes >= _MISTAKES:
            self._stop("max_infer_iters")

    def _stop(self, reason: str) -> None:
        self.choice, self.stopped = "none", reason


def _often(use: ToolUse, steps: Iterable[Step]) -> bool:
    """Whether the same was asked for so often that the result will not be another one."""
    same = [
        step
        for step in steps
        if step.use is not None
        and step.told is not None
        and (step.use.name, step.use.arguments) == (use.name, use.arguments)
    ]
    return len(same) >= _MISTAKES


def _relaxed(choice: m.ResponseToolChoice) -> m.ResponseToolChoice:
    """Return a choice that lets the model answer: one that it must make is made once."""
    if isinstance(choice, str):
        return "auto" if choice == "required" else choice
    if choice.type == "allowed_tools":
        return msgspec.structs.replace(choice, mode="auto")
    return "auto"
