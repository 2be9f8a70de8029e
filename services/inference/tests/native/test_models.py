"""Which models a native wire offers."""

import pytest

from fleet_runtime.errors import NotFound
from fleet_testing.native_asking import asked


async def test_models_are_listed(provider, subject):
    """All pages of them, with their types, and how long their context is where the vendor tells."""
    found = {model.id: model for model in await provider.models()}

    assert subject.models == {name: model.type for name, model in found.items()}
    assert 2048 == found[subject.model].metadata.get("context_length", 2048)


async def test_only_allowed_models_are_listed_and_used(subject, upstream):
    """An operator's choice holds for those who know other names too."""
    provider = subject.opened(upstream, allowed_models=[subject.model])
    try:
        assert [subject.model] == [model.id for model in await provider.models()]
        await asked(provider, subject.model)
        with pytest.raises(NotFound) as caught:
            await asked(provider, "older")
    finally:
        await provider.aclose()

    assert "model_not_found" == caught.value.code
