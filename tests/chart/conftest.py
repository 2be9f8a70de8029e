"""What the distributions render to."""

import pytest

from fleet_cli.distributions import distributions
from fleet_testing import rendered
from fleet_testing.rendered import Object


@pytest.fixture(params=distributions())
def distribution(request: pytest.FixtureRequest) -> str:
    """Each distribution by name."""
    return str(request.param)


@pytest.fixture
def objects(distribution: str) -> list[Object]:
    """What the distribution renders to. Nothing may change it."""
    return rendered.objects(distribution)
