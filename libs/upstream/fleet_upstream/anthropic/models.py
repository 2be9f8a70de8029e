"""What Anthropic's models can, as the vendor lists them.

Format: https://platform.claude.com/docs/en/api/models-list
"""

from urllib.parse import quote, urlencode

import msgspec

from fleet_runtime.call import Call
from fleet_runtime.errors import UpstreamFailed
from fleet_upstream.json_api import JsonApi

# The largest page that the vendor makes.
_PAGE = 1000
# How many models are remembered; callers may ask for names without end.
_MOST = 1000
# What servers answer that have no such list.
_NO_LIST = (404, 405)


class Support(msgspec.Struct, frozen=True):
    """Whether a model can do something."""

    supported: bool = False


_YES = Support(supported=True)


class ThinkingTypes(msgspec.Struct, frozen=True):
    """In which ways a model may be told to think: as it sees fit, or within a budget."""

    adaptive: Support = Support()
    enabled: Support = Support()


class Thinking(msgspec.Struct, frozen=True):
    """Whether and how a model thinks."""

    types: ThinkingTypes = ThinkingTypes()


class Effort(msgspec.Struct, frozen=True):
    """Which efforts a model knows."""

    low: Support = Support()
    medium: Support = Support()
    high: Support = Support()
    xhigh: Support | None = None

    def knows(self, level: str) -> bool:
        """Say whether `level` is one of them."""
        found: Support | None = getattr(self, level, None)
        return bool(found and found.supported)


class Capabilities(msgspec.Struct, frozen=True):
    """What a model can, as far as it matters here."""

    structured_outputs: Support = _YES
    effort: Effort = Effort(_YES, _YES, _YES)
    thinking: Thinking = Thinking(ThinkingTypes(adaptive=_YES))


class Model(msgspec.Struct, frozen=True):
    """A model. What a server does not tell of it is taken to be as with the vendor's own of today."""

    id: str
    max_input_tokens: int | None = None
    max_tokens: int | None = None
    capabilities: Capabilities | None = None

    @property
    def can(self) -> Capabilities:
        """What it can."""
        return self.capabilities or Capabilities()


class _Page(msgspec.Struct):
    data: list[Model]
    has_more: bool = False
    last_id: str | None = None


class Models:
    """Knows the models of one server, whose list is `url`."""

    def __init__(self, api: JsonApi) -> None:
        self._api = api
        self._url = api.base / "models"
        self._known: dict[str, Model] = {}

    async def listed(self, call: Call | None = None) -> list[Model]:
        """Return all models that the server lists and that are allowed."""
        found: list[Model] = []
        query = {"limit": str(_PAGE)}
        while True:
            url = self._api.base / f"models?{urlencode(query)}"
            page = await self._api.get(url, _Page, call)
            found += page.data
            if not (page.has_more and page.last_id) or page.last_id == query.get("after_id"):
                break
            query["after_id"] = page.last_id
        for model in found:
            self._remember(model.id, model)
        return [model for model in found if self._api.allows(model.id)]

    async def named(self, name: str, call: Call) -> Model:
        """Return what is known of a model, asking for it once. Servers without such a list say nothing of any."""
        if name not in self._known:
            # An alias is answered with the model that it stands for.
            self._remember(name, await self._asked(name, call))
        return self._known[name]

    async def _asked(self, name: str, call: Call) -> Model:
        try:
            return await self._api.get(self._url / quote(name, safe=""), Model, call)
        except UpstreamFailed as error:
            if error.status not in _NO_LIST:
                raise
            return Model(name)

    def _remember(self, name: str, model: Model) -> None:
        if len(self._known) >= _MOST:
            self._known.clear()
        self._known[name] = model
