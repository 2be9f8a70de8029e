"""What a scoring function is."""

from dataclasses import dataclass

from fleet.eval.v1 import messages as m


@dataclass(frozen=True, slots=True)
class ScoringFunction:
    """A scoring function: one of a provider's, with parameters, under a name.

    Attributes:
        id: Its name.
        provider: The id of the provider that runs it.
        name: The provider's name for it.
        description: What it is for.
        return_type: Of what kind its scores are: `number`, `string` and so on.
        params: What it does where a request says nothing else.
    """

    id: str
    provider: str
    name: str
    description: str
    return_type: str
    params: m.ScoringParams | None = None


def merged(wanted: m.ScoringParams | None, own: m.ScoringParams | None) -> m.ScoringParams:
    """Return the parameters of a request; what it leaves out is as the function has it."""
    if wanted is None:
        return own or m.ScoringParams(type="basic")
    if own is None or own.type != wanted.type:
        return wanted
    given = {name: getattr(wanted, name) for name in wanted.__struct_fields__}
    return m.ScoringParams(**{name: given[name] or getattr(own, name) for name in given})
