"""Running what the model calls, as far as that is allowed."""

from collections.abc import AsyncGenerator, Iterable, Iterator, Sequence
from contextlib import aclosing

from fleet_agents.responses.called import Called
from fleet_agents.responses.events import Event
from fleet_agents.responses.journal import Journal
from fleet_agents.responses.plan import Plan
from fleet_agents.responses.progress import Progress
from fleet_agents.responses.running import run_calls
from fleet_agents.responses.steps import Step
from fleet_agents.responses.tool_rules import ToolRules
from fleet_agents.responses.tools.tool import ToolCallHere, runs_here


class ToolRunner:
    """Runs the tools of one response.

    Args:
        plan: What the response is made of.
        progress: How far it is.
        journal: Keeps what has happened.

    Attributes:
        rules: Says which calls are run.
    """

    def __init__(self, plan: Plan, progress: Progress, journal: Journal) -> None:
        ran = sum(step.begun and step.told is not None for step in progress.steps)
        self.rules = ToolRules(
            plan.response.tool_choice,
            plan.response.max_tool_calls,
            ran,
            others=plan.toolbox.has_callers_own(),
        )
        self._plan = plan
        self._progress = progress
        self._journal = journal

    async def run(self, calls: Iterable[Called]) -> AsyncGenerator[Event, None]:
        """Run calls, as many at once as may, and note what the model is told. To close this early stops them."""
        running: list[tuple[Step, ToolCallHere]] = []
        for one in calls:
            refusal = self._refusal(one)
            if refusal is not None:
                for told in not_run(one, refusal):
                    yield told
            elif one.call is not None and runs_here(one.call):
                one.step.begun = True
                running.append((one.step, one.call))
        for _, call in running:
            for told in call.beginning():
                yield told
        async with aclosing(self.go_on_with(running)) as events:
            async for told in events:
                yield told

    async def go_on_with(
        self, calls: Sequence[tuple[Step, ToolCallHere]]
    ) -> AsyncGenerator[Event, None]:
        """Run calls that have begun. To close this early stops them."""
        if not calls:
            return
        self._progress.answering = True
        await self._journal.before_tools(self._progress)
        async with aclosing(run_calls(calls, self._plan.limits, self._plan.call)) as ended:
            async for some in ended:
                for told in some:
                    yield told
                await self._journal.after_tool(self._progress)

    def _refusal(self, one: Called) -> str | None:
        """Return what the model is told of a call that is not run; nothing if it is."""
        use = one.step.use
        if use is None:
            return None
        if one.call is None:
            return self.rules.unknown(use, self._plan.toolbox.names())
        return self.rules.refusal(use, self._progress.steps)


def not_run(one: Called, why: str) -> Iterator[Event]:
    """Note that a call is not run, and yield the events of that."""
    one.step.told = why
    if one.call is not None and runs_here(one.call):
        one.call.fail(why)
        yield from one.call.ending()
