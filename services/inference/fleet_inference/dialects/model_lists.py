"""The list of models in the forms that other APIs have for it, chosen by the headers of their SDKs.

Each is OpenAI's list with what the other one has besides, so whoever reads either finds all of it.
Formats: https://docs.claude.com/en/api/models-list, https://ai.google.dev/api/models#method:-models.list
"""

from collections.abc import Sequence

from fleet.inference.v1 import messages as m
from fleet.inference.v1.operations import ModelService
from fleet_inference.dialects.chats import whole
from fleet_inference.dialects.times import moment
from fleet_runtime.call import Call
from fleet_runtime.errors import InvalidArgument
from fleet_runtime.operation import Answer

ANTHROPIC_HEADER = "anthropic-version"
GOOGLE_HEADERS = ("x-goog-api-key", "x-goog-user-project", "x-goog-api-client")
PAGE = 20


class ModelLists:
    """`models`, with its list in the form that the caller's SDK expects."""

    def __init__(self, models: ModelService) -> None:
        self._models = models
        self.get_model = models.get_model
        self.register_model = models.register_model
        self.unregister_model = models.unregister_model

    async def list_models(self, request: m.ListModelsRequest, call: Call) -> Answer[m.ModelList]:
        """List all models."""
        listed = whole(await self._models.list_models(request, call), m.ModelList)
        if call.header(ANTHROPIC_HEADER) is not None:
            return _anthropic(listed.data, request)
        if any(call.header(name) is not None for name in GOOGLE_HEADERS):
            names = [m.GoogleModel(name=f"models/{model.id}") for model in listed.data]
            return m.ModelList(data=listed.data, models=names)
        return listed


def _anthropic(models: Sequence[m.ModelSummary], request: m.ListModelsRequest) -> m.ModelList:
    """Return the page of Anthropic's list that `request` asks for."""
    first, last, more = _page([model.id for model in models], request)
    page = list(models[first:last])
    for model in page:
        model.type, model.display_name = "model", model.id
        model.created_at = moment(model.created)
    return m.ModelList(
        data=page,
        has_more=more,
        first_id=page[0].id if page else None,
        last_id=page[-1].id if page else None,
    )


def _page(ids: list[str], request: m.ListModelsRequest) -> tuple[int, int, bool]:
    """Return where the page begins and ends among `ids`, and whether there is more beyond it."""
    limit = request.limit or PAGE
    if request.before_id is not None:
        last = _place(ids, request.before_id, "before_id")
        first = max(0, last - limit)
        return first, last, first > 0
    first = 0
    if request.after_id is not None:
        first = _place(ids, request.after_id, "after_id") + 1
    return first, first + limit, first + limit < len(ids)


def _place(ids: list[str], model: str, param: str) -> int:
    if model not in ids:
        raise InvalidArgument(f"There is no model '{model}'.", code="invalid_value", param=param)
    return ids.index(model)
