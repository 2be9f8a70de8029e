"""The ways in which responses are asked for."""

from typing import Literal, NamedTuple, TypeAlias, get_args

from fleet_bench.load import Check
from fleet_bench.responses.answers import check_said, check_told, check_whole
from fleet_bench.responses.script import asked
from fleet_bench.responses.sides import World

Name: TypeAlias = Literal["tool, streamed", "tool, whole", "text, streamed"]
NAMES: tuple[Name, ...] = get_args(Name)


class Scenario(NamedTuple):
    """A request, and what comes of it."""

    name: Name
    request: bytes
    """A whole HTTP request."""
    check: Check
    steps: int
    """How often the model or the tool is called."""


def scenarios(model: str, behind: World) -> list[Scenario]:
    """Return all scenarios, for a system that has this name for the model."""
    streamed, whole = (asked(model, behind.tools_url, stream=stream) for stream in (True, False))
    return [
        Scenario("tool, streamed", streamed, check_told, steps=3),
        Scenario("tool, whole", whole, check_whole, steps=3),
        Scenario("text, streamed", asked(model, None, stream=True), check_said, steps=1),
    ]
