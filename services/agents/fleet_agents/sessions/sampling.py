"""How an agent's model is asked: what its config says and a response cannot."""

from fleet.agents.v1 import messages as m
from fleet.inference.v1 import messages as i
from fleet_runtime.encoded import ABSENT
from fleet_runtime.errors import InvalidArgument

# What the old server took where the strategy `top_p` left it out.
_TOP_P = 0.95


class Sampling:
    """Chooses tokens as an agent's config says.

    Args:
        params: What it says.

    Raises:
        InvalidArgument: The strategy lacks what it needs.
    """

    def __init__(self, params: m.AgentSamplingParams | None) -> None:
        self._params = params or m.AgentSamplingParams()
        strategy = self._params.strategy
        if strategy is not None and strategy.type == "top_k" and strategy.top_k is None:
            raise InvalidArgument(
                "The strategy 'top_k' needs 'top_k'.",
                code="missing_required_parameter",
                param="agent_config.sampling_params.strategy.top_k",
            )

    def __call__(self, request: i.ChatCompletionRequest) -> None:
        """Put it into a request to the model."""
        params = self._params
        request.max_completion_tokens = params.max_tokens or None
        request.stop = params.stop or None
        # SDKs always send 1, which is none, and which not all model servers take.
        if params.repetition_penalty not in (None, 1.0):
            request.repetition_penalty = params.repetition_penalty
        strategy = params.strategy
        if strategy is None or strategy.type == "greedy":
            request.temperature = 0.0
        elif strategy.type == "top_k":
            request.top_k = strategy.top_k
        else:
            request.temperature = strategy.temperature
            request.top_p = _TOP_P if strategy.top_p is None else strategy.top_p


def text_format(wanted: m.AgentResponseFormat | None) -> m.ResponseText | None:
    """Return what an answer looks like, as a response has it.

    Raises:
        InvalidArgument: It is described by a grammar, or not at all.
    """
    if wanted is None:
        return None
    if wanted.type != "json_schema" or wanted.json_schema is ABSENT:
        raise InvalidArgument(
            f"'{wanted.type}' is not served as 'response_format' here; what is: 'json_schema', with the schema.",
            code="invalid_value",
            param="agent_config.response_format",
        )
    schema = m.ResponseTextFormat(
        type="json_schema", name="response", schema=wanted.json_schema, strict=True
    )
    return m.ResponseText(format=schema)
