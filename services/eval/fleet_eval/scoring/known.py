"""All scoring functions: those that the providers have, and those that callers registered."""

from collections.abc import Mapping

from fleet.eval.v1 import messages as m
from fleet_eval.scoring.function import ScoringFunction, merged
from fleet_eval.scoring.provider import ScoringProvider
from fleet_runtime.errors import Conflict, InvalidArgument, NotFound
from fleet_runtime.providers import Opened
from fleet_runtime.store.registered import Registered, first_and_registered, register


class ScoringFunctions:
    """Knows the scoring functions, and who runs them.

    Args:
        kept: Those that callers registered.
        providers: Who scores, by id.
    """

    def __init__(
        self,
        kept: Registered[ScoringFunction],
        providers: Mapping[str, Opened[ScoringProvider]],
    ) -> None:
        self._kept = kept
        self._providers = providers
        self._offered: dict[str, ScoringFunction] = {}
        for id_, opened in providers.items():
            for each in opened.provider.functions:
                own = ScoringFunction(
                    each.name, id_, each.name, each.description, each.return_type, each.params
                )
                self._offered.setdefault(each.name, own)

    async def all(self) -> list[ScoringFunction]:
        """Return all functions: the providers' first, then the others, oldest first."""
        return list(first_and_registered(self._offered, await self._kept.all()).values())

    async def get(self, name: str) -> ScoringFunction:
        """Return a function.

        Raises:
            NotFound: There is none of that name.
        """
        found = self._offered.get(name) or await self._kept.get(name)
        if found is None:
            raise _unknown(name)
        return found

    def params(self, function: ScoringFunction, wanted: m.ScoringParams | None) -> m.ScoringParams:
        """Return the parameters of a function for a request that says `wanted`.

        Raises:
            InvalidArgument: They are wrong.
            NotFound: The function's provider is not there.
        """
        return merged(wanted, self._own(function))

    def provider(self, function: ScoringFunction) -> ScoringProvider:
        """Return who runs a function.

        Raises:
            NotFound: They are not there.
        """
        opened = self._providers.get(function.provider)
        if opened is None:  # left out for want of a key, or taken from the config since
            raise NotFound(
                f"The provider '{function.provider}' of '{function.id}' is not there.",
                code="provider_not_found",
            )
        return opened.provider

    def provider_for(self, name: str, params: m.ScoringParams | None, wanted: str | None) -> str:
        """Return the id of who runs a function: `wanted`, or the first who has it, or who takes such parameters.

        Raises:
            InvalidArgument: Nobody does, or `wanted` does not.
        """
        if wanted is not None and wanted not in self._providers:
            raise InvalidArgument(
                f"'provider_id' must be one of: {', '.join(self._providers)}.",
                code="unknown_provider",
                param="provider_id",
            )
        asked = [wanted] if wanted else [*self._having(name), *self._providers]
        refused: InvalidArgument | None = None
        for id_ in asked:
            function = ScoringFunction(name, id_, name, "", "", params)
            try:
                self._providers[id_].provider.check(name, merged(None, self._own(function)))
            except InvalidArgument as error:
                refused = refused or error
            else:
                return id_
        raise refused or _unknown(name)

    async def add(self, function: ScoringFunction) -> None:
        """Register a function.

        Raises:
            Conflict: The name stands for another function.
        """
        if function.id in self._offered:
            raise _taken(function.id)
        await register(self._kept, function.id, function, _taken)

    async def remove(self, name: str) -> None:
        """Take a registered function away.

        Raises:
            InvalidArgument: A provider has it.
            NotFound: There is none of that name.
        """
        if name in self._offered:
            raise InvalidArgument(
                f"'{name}' is the provider's own; only what was registered can be taken away.",
                code="scoring_function_built_in",
                param="scoring_fn_id",
            )
        if not await self._kept.remove(name):
            raise _unknown(name)

    def _having(self, name: str) -> list[str]:
        return [self._offered[name].provider] if name in self._offered else []

    def _own(self, function: ScoringFunction) -> m.ScoringParams | None:
        """Return the parameters of a function; what it leaves out is as the provider has it."""
        known = {each.name: each.params for each in self.provider(function).functions}
        theirs = known.get(function.name)
        return merged(function.params, theirs) if theirs or function.params else None


def _unknown(name: str) -> NotFound:
    return NotFound(
        f"Scoring function '{name}' not found. Use 'client.scoring_functions.list()' to list those that there are.",
        code="scoring_function_not_found",
        param="scoring_fn_id",
    )


def _taken(name: str) -> Conflict:
    return Conflict(
        f"'{name}' is another scoring function; remove that first, or take another name.",
        code="scoring_function_exists",
        param="scoring_fn_id",
    )
