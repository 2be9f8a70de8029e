"""`inline::builtin`: models and agents of the fleet answer the rows of datasets, and the service scores the answers."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing, asynccontextmanager

from pydantic import NonNegativeFloat, PositiveFloat, PositiveInt

from fleet.agents.v1 import messages as a
from fleet.agents.v1.operations import AgentServiceClient
from fleet.eval.v1 import messages as m
from fleet.inference.v1.operations import InferenceServiceClient
from fleet_eval.benchmarks.provider import AskedRow, Desk, Evaluation, Outcome
from fleet_eval.evaluation.asking.agent import Agent, agent_config
from fleet_eval.evaluation.asking.candidate import Candidate
from fleet_eval.evaluation.asking.model import Model
from fleet_eval.evaluation.asking.patience import patiently
from fleet_eval.evaluation.asking.question import question_of
from fleet_runtime.call import Call
from fleet_runtime.clients import Channel
from fleet_runtime.config import Config as BaseConfig
from fleet_runtime.errors import FleetError, InvalidArgument, NotFound
from fleet_runtime.jobs import TakenAwayError

# What is wrong with one row, and not with all: it cannot be asked, or is too long.
_ROWS_OWN = (400, 413)


class Builtin:
    """Asks each row once, some at once.

    A row that the model refuses (400, 413) has no answer; whatever else is refused ends the run.
    Rows have `input_query`, `question`, `messages`, `chat_completion_input` or `completion_input`, and for most scoring
    functions `expected_answer` or `answer`.
    """

    class Config(BaseConfig):
        """Which services answer, and how they are asked."""

        inference: str = "inference"
        """The name of the service that runs models."""
        agents: str | None = "agents"
        """The name of the service that runs agents. They are refused as candidates if `null`."""
        rows_at_once: PositiveInt = 16
        """The most rows of one run that are asked at once. As many may be asked again when a process dies."""
        seconds: PositiveFloat = 600.0
        """The longest that the answer to a row may take."""
        retry_seconds: NonNegativeFloat = 300.0
        """For how long a row is asked again that is refused for what may pass (429, 502, 503, 504).

        After that the run is put off, and goes on later where it stood.
        """

    scores_itself = False

    def __init__(self, config: Config) -> None:
        self._config = config
        inference = Channel(config.inference)
        agents = None if config.agents is None else Channel(config.agents)
        self._channels = [each for each in (inference, agents) if each is not None]
        self._inference = InferenceServiceClient(inference)
        self._agents = None if agents is None else AgentServiceClient(agents)

    async def aclose(self) -> None:
        """Close the connections."""
        for channel in self._channels:
            await channel.aclose()

    async def register(self, benchmark: str, metadata: bytes, call: Call) -> None:
        """Do nothing: nobody else was told."""

    async def unregister(self, benchmark: str, call: Call) -> None:
        """Do nothing: nobody else was told."""

    def check(self, evaluation: Evaluation) -> None:
        candidate = evaluation.config.eval_candidate
        if candidate.type == "model":
            Model(self._inference, candidate)
            return
        agent_config(candidate)
        self._agents_there()

    async def run(self, evaluation: Evaluation, desk: Desk, call: Call) -> None:
        """Ask all rows that are left.

        Raises:
            FleetError: As the first refusal that is not a row's own.
        """
        use_cache = evaluation.config.use_cache is not False
        slots = asyncio.Semaphore(self._config.rows_at_once)
        async with self._candidate(evaluation, desk, call) as candidate:
            failed: Exception | None = None

            async def settle(row: AskedRow) -> None:
                try:
                    await desk.keep(await self._outcome(candidate, row, desk, call, use_cache))
                finally:
                    slots.release()

            try:
                async with aclosing(desk.rows()) as rows, asyncio.TaskGroup() as group:
                    async for row in rows:
                        await slots.acquire()
                        group.create_task(settle(row))
            except* (FleetError, TakenAwayError) as several:
                failed = several.exceptions[0]
            if failed is not None:
                raise failed

    async def cancel(self, evaluation: Evaluation, mark: str | None, call: Call) -> None:
        """Delete the agent that was made for the run, if there is one."""
        del evaluation
        if mark is not None:
            await self._delete(mark, call)

    async def _outcome(
        self, candidate: Candidate, row: AskedRow, desk: Desk, call: Call, use_cache: bool
    ) -> Outcome:
        """Return what came of a row.

        Raises:
            FleetError: It was refused, and others would be.
        """
        try:
            question = question_of(row.content)
            key = candidate.key(question)
            if key is not None and use_cache and (found := await desk.known(key)) is not None:
                return Outcome(row, found, key=key, cached=True)
            said = await patiently(
                lambda: candidate.ask(question, call.within(self._config.seconds)),
                self._config.retry_seconds,
            )
            return Outcome(row, said, key=key)
        except FleetError as error:
            if error.status not in _ROWS_OWN:
                raise
            why = m.EvalError(code=error.code, message=error.message)
            return Outcome(row, {"generated_answer": None}, error=why)

    @asynccontextmanager
    async def _candidate(
        self, evaluation: Evaluation, desk: Desk, call: Call
    ) -> AsyncGenerator[Candidate, None]:
        """Yield whom rows are asked. An agent is made for the run, goes with it, and is there again if it goes on."""
        candidate = evaluation.config.eval_candidate
        if candidate.type == "model":
            yield Model(self._inference, candidate)
            return
        agents = self._agents_there()
        agent_id = desk.mark
        if agent_id is None:
            request = a.CreateAgentRequest(agent_config=agent_config(candidate))
            created = await agents.create_agent(request, call.within(self._config.seconds))
            agent_id = created.agent_id
            await desk.note(agent_id)
        yield Agent(agents, agent_id)
        await self._delete(agent_id, call)

    async def _delete(self, agent_id: str, call: Call) -> None:
        try:
            await self._agents_there().delete_agent(
                a.DeleteAgentRequest(agent_id=agent_id), call.within(self._config.seconds)
            )
        except NotFound:
            return  # who was here before has done it

    def _agents_there(self) -> AgentServiceClient:
        if self._agents is None:
            raise InvalidArgument(
                "No service runs agents here: the provider has no 'agents' in its config.",
                code="service_not_configured",
                param="benchmark_config.eval_candidate.type",
            )
        return self._agents
