"""What Bedrock offers in a region.

Format: https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListFoundationModels.html,
https://docs.aws.amazon.com/bedrock/latest/APIReference/API_ListInferenceProfiles.html
"""

from collections.abc import Iterator
from urllib.parse import quote, urlencode

import msgspec
import structlog

from fleet_runtime.call import Call
from fleet_runtime.errors import UpstreamFailed
from fleet_upstream.json_api import JsonApi
from fleet_upstream.listing import Listed, guessed_type

log = structlog.get_logger()

_PAGE = "1000"

_ON_DEMAND = "ON_DEMAND"


class Model(msgspec.Struct, rename="camel"):
    """A foundation model."""

    model_id: str
    output_modalities: list[str] = []
    inference_types_supported: list[str] | None = None


class Models(msgspec.Struct, rename="camel"):
    """The answer of `GET /foundation-models`."""

    model_summaries: list[Model] = []


class Profile(msgspec.Struct, rename="camel"):
    """An inference profile: a model, by way of several regions."""

    inference_profile_id: str


class Profiles(msgspec.Struct, rename="camel"):
    """A page of the answer of `GET /inference-profiles`."""

    inference_profile_summaries: list[Profile] = []
    next_token: str | None = None


async def listed(api: JsonApi, call: Call | None) -> list[Listed]:
    """List the models and the inference profiles that are allowed."""
    models = await api.get(api.base / "foundation-models", Models, call)
    found = [*_models(models), *await _profiles(api, call)]
    return [model for model in found if api.allows(model.id)]


async def _profiles(api: JsonApi, call: Call | None) -> list[Listed]:
    """List the inference profiles. Not everybody who may list models may list these."""
    found: list[Listed] = []
    query: dict[str, str] | None = {"maxResults": _PAGE}
    try:
        while query:
            url = api.base / f"inference-profiles?{urlencode(query, quote_via=quote, safe='')}"
            page = await api.get(url, Profiles, call)
            names = [profile.inference_profile_id for profile in page.inference_profile_summaries]
            found += [Listed(name, guessed_type(name)) for name in names]
            token = page.next_token
            query = {"maxResults": _PAGE, "nextToken": token} if token else None
    except UpstreamFailed as error:
        log.warning("bedrock.profiles_not_listed", cause=error.message)
    return found


def _models(models: Models) -> Iterator[Listed]:
    """Yield the models that can be asked by their own names and make texts or vectors."""
    for model in models.model_summaries:
        ways = model.inference_types_supported
        if ways is not None and _ON_DEMAND not in ways:
            continue
        if "EMBEDDING" in model.output_modalities:
            yield Listed(model.model_id, "embedding")
        elif "TEXT" in model.output_modalities:
            yield Listed(model.model_id, guessed_type(model.model_id))
