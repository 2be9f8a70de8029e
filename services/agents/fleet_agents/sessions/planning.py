"""From an agent and what it is asked to all that a turn is made of."""

from collections.abc import Sequence
from dataclasses import dataclass

from fleet.agents.v1 import messages as m
from fleet.inference.v1 import messages as i
from fleet_agents.config import ServiceConfig
from fleet_agents.neighbours import Neighbours
from fleet_agents.responses.attachments.attachments import Attachments
from fleet_agents.responses.begun import begun
from fleet_agents.responses.history import History
from fleet_agents.responses.model import Model
from fleet_agents.responses.places import Places
from fleet_agents.responses.plan import Plan
from fleet_agents.responses.steps import Step
from fleet_agents.sessions.kept_turn import Asked
from fleet_agents.sessions.sampling import Sampling, text_format
from fleet_agents.sessions.shields import Judge
from fleet_agents.sessions.tools.toolset import Tools, Toolset
from fleet_runtime.call import Call

_MODES = ("auto", "required", "none")


@dataclass(frozen=True)
class TurnPlan:
    """What a turn is made of.

    Attributes:
        engine: What the engine is told.
        toolset: What the model may use.
        input: Judges what is asked.
        output: Judges what is answered.
    """

    engine: Plan
    toolset: Toolset
    input: Judge
    output: Judge


class TurnPlanner:
    """Finds what turns are made of.

    Args:
        config: What agents leave open.
        neighbours: The services that models, tools and shields are asked of.
    """

    def __init__(self, config: ServiceConfig, neighbours: Neighbours) -> None:
        self._config = config
        self._neighbours = neighbours
        self._tools = Tools(neighbours, config)

    async def plan(
        self,
        agent: m.AgentConfig,
        asked: Asked,
        before: Sequence[Step],
        call: Call,
        *,
        resumed: bool = False,
    ) -> TurnPlan:
        """Return what a turn is made of.

        Args:
            agent: The agent.
            asked: What it is asked.
            before: The steps before that.
            call: On whose behalf.
            resumed: Whether the turn goes on, so that a tool that must be called has been.

        Raises:
            InvalidArgument: The agent's config is wrong.
            NotFound: A tool is not there.
            FleetError: Who has the tools cannot be asked.
        """
        call = call.within(self._config.runs.seconds)
        groups = asked.toolgroups or agent.toolgroups or ()
        toolset = await self._tools.of(groups, agent.client_tools or (), call)
        response = _response(agent, _choice(agent, asked.tool_config, resumed=resumed))
        sampling = Sampling(agent.sampling_params)
        engine = Plan(
            response=response,
            history=History(list(before), [Step(item=item) for item in asked.items]),
            instructions=_instructions(agent),
            include=frozenset(),
            toolbox=toolset.toolbox,
            model=Model(
                self._neighbours.inference, response, call, logprobs=False, sampling=sampling
            ),
            limits=self._config.runs,
            call=call,
            attachments=Attachments(
                self._neighbours, self._config.attachments, Places(asked.items), call
            ),
        )
        return TurnPlan(
            engine,
            toolset,
            self._judge(agent.input_shields, call),
            self._judge(agent.output_shields, call),
        )

    def _judge(self, shields: list[str] | None, call: Call) -> Judge:
        return Judge(self._neighbours, shields or (), self._config.guardrails, call)


def _response(agent: m.AgentConfig, choice: m.ResponseToolChoice) -> m.Response:
    """Return the response that the engine makes."""
    return begun(
        m.CreateResponseRequest(
            model=agent.model,
            tool_choice=choice,
            max_infer_iters=agent.max_infer_iters,
            text=text_format(agent.response_format),
            store=False,
        )
    )


def _choice(
    agent: m.AgentConfig, turn: m.AgentToolConfig | None, *, resumed: bool
) -> m.ResponseToolChoice:
    """Return which tool the model uses: as the turn says, else as the agent does."""
    config = turn or agent.tool_config
    choice = (config.tool_choice if config else None) or agent.tool_choice or "auto"
    if resumed and choice != "none":
        return "auto"
    return choice if choice in _MODES else m.CertainTool(type="function", name=choice)


def _instructions(agent: m.AgentConfig) -> list[i.ChatMessage]:
    if not agent.instructions:
        return []
    return [i.ChatMessage(role="system", content=agent.instructions)]
