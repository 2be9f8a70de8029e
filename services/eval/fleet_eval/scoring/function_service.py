"""The operations on scoring functions: listing them, and registering some."""

import msgspec

from fleet.eval.v1 import messages as m
from fleet_eval.scoring.function import ScoringFunction
from fleet_eval.scoring.known import ScoringFunctions
from fleet_runtime.call import Call
from fleet_runtime.operation import Answer


class ScoringFunctionOperations:
    """Says which scoring functions there are, and takes new ones.

    Args:
        functions: The functions.
    """

    def __init__(self, functions: ScoringFunctions) -> None:
        self._functions = functions

    async def list_scoring_functions(
        self, request: m.ListScoringFunctionsRequest, call: Call
    ) -> Answer[m.ScoringFunctionList]:
        """List all functions."""
        del request, call
        return m.ScoringFunctionList(data=[_told(each) for each in await self._functions.all()])

    async def get_scoring_function(
        self, request: m.GetScoringFunctionRequest, call: Call
    ) -> Answer[m.ScoringFunction]:
        """Get one function."""
        del call
        return _told(await self._functions.get(request.scoring_fn_id))

    async def register_scoring_function(
        self, request: m.RegisterScoringFunctionRequest, call: Call
    ) -> None:
        """Register a function."""
        del call
        name = request.provider_scoring_fn_id or request.scoring_fn_id
        function = ScoringFunction(
            request.scoring_fn_id,
            self._functions.provider_for(name, request.params, request.provider_id),
            name,
            request.description,
            request.return_type.type,
            request.params,
        )
        await self._functions.add(function)

    async def unregister_scoring_function(
        self, request: m.UnregisterScoringFunctionRequest, call: Call
    ) -> None:
        """Take a registered function away."""
        del call
        await self._functions.remove(request.scoring_fn_id)


def _told(function: ScoringFunction) -> m.ScoringFunction:
    return m.ScoringFunction(
        identifier=function.id,
        provider_resource_id=function.name,
        provider_id=function.provider,
        description=function.description,
        metadata=msgspec.Raw(b"{}"),
        return_type=msgspec.convert({"type": function.return_type}, m.ReturnType),
        params=function.params,
    )
