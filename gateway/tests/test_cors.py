"""Web pages may call from the origins that the settings name."""

import pytest

from fleet_testing.envoy import running_envoy
from fleet_testing.gateway import CHAT, Fleet

ORIGIN = "http://localhost:3000"


@pytest.fixture(scope="module")
def fleet(fleet):
    """The shared worker, behind a gateway that allows some origins."""
    routes = {"inference": {"endpoints": [fleet.workers[0].address]}}
    cors = {"allow_origins": ["http://localhost:*", "https://app.example.org"]}
    with running_envoy(routes=routes, cors=cors) as envoy:
        yield Fleet(envoy, fleet.workers)


def preflight(fleet, origin, path=CHAT):
    headers = {
        "origin": origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type",
    }
    return fleet.envoy.call("OPTIONS", path, headers=headers)


@pytest.mark.parametrize("origin", [ORIGIN, "https://app.example.org"])
@pytest.mark.parametrize("path", [CHAT, "/fleet.inference.v1.ModelService/ListModels"])
def test_preflights_are_answered(fleet, origin, path):
    """REST paths have no route of their own; a catch-all without a cluster would break this."""
    answer = preflight(fleet, origin, path)

    assert 200 == answer.status
    assert origin == answer.headers["access-control-allow-origin"]
    assert "POST" in answer.headers["access-control-allow-methods"]
    assert "authorization" in answer.headers["access-control-allow-headers"]


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example.org", "http://localhost:3000.evil.org/", "https://app.example.org.evil"],
)
def test_other_origins_are_not(fleet, origin):
    """The browser then keeps the answer from the page."""
    assert preflight(fleet, origin).headers["access-control-allow-origin"] is None


def test_pages_see_answers_and_their_headers(fleet):
    """Request ids among them."""
    answer = fleet.chat({"origin": ORIGIN})

    assert 200 == answer.status
    assert ORIGIN == answer.headers["access-control-allow-origin"]
    assert "x-request-id" in answer.headers["access-control-expose-headers"]


@pytest.mark.parametrize("path", ["/nope", "/v1/models"])
def test_pages_see_errors(fleet, path):
    """Else every error is the same to them: a failed fetch."""
    answer = fleet.envoy.call("PATCH", path, headers={"origin": ORIGIN})

    assert answer.status in (404, 405)
    assert ORIGIN == answer.headers["access-control-allow-origin"]
