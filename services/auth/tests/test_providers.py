"""Each of those who know callers, by a real server that speaks what it does."""

import time

import pytest

from fleet_testing.identity_servers import CLIENT, custom, github, introspection, kubernetes

ANN = {"sub": "ann", "groups": ["ml", "ops"], "org": {"id": "red"}}


@pytest.fixture
def introspected(monkeypatch, knows, start):
    """Starts a service that asks an introspection endpoint."""
    monkeypatch.setenv("CLIENT_SECRET", CLIENT[1])

    async def introspected(users, provider=None, auth=None, **config):
        server, url = await knows(introspection, **users)
        endpoint = {
            "url": f"{url}/introspect",
            "client_id": CLIENT[0],
            "client_secret": {"env": "CLIENT_SECRET"},
        }
        endpoint |= (provider or {}).pop("introspection", {})
        settings = {"type": "oauth2_token", "introspection": endpoint, **(provider or {})}
        return server, await start({"provider_config": settings, **(auth or {})}, **config)

    return introspected


@pytest.mark.parametrize("in_body", [False, True])
async def test_introspection_tells_who_has_a_token(introspected, in_body):
    """RFC 7662, with our own credentials either way."""
    provider = {"introspection": {"send_secret_in_body": in_body}}
    server, auth = await introspected({"t1": ANN}, provider)
    answer = await auth.check("t1")

    assert 200 == answer.status
    assert {
        "x-fleet-principal": "ann",
        "x-fleet-tenant": "",
        "x-fleet-roles": "ann",
        "x-fleet-teams": "ml,ops",
    } == answer.headers
    assert {"authorization", "x-api-key", "x-goog-api-key"} == set(answer.removed)
    assert b"token=t1" in server.seen[0].body


@pytest.mark.parametrize(
    ("user", "why"),
    [
        (None, "not active"),
        (ANN | {"aud": "others"}, "another audience"),
        (ANN | {"iss": "https://evil"}, "another issuer"),
        (ANN | {"exp": int(time.time()) - 1}, "expired"),
        ({"groups": ["ml"]}, "whose it is"),
    ],
)
async def test_tokens_that_are_not_good_or_not_for_us_are_refused(introspected, user, why):
    users = {"t": user} if user else {}
    _, auth = await introspected(users, {"issuer": "https://issuer", "audience": "fleet"})
    answer = await auth.check("t")

    assert 401 == answer.status
    assert why in answer.body
    assert answer.headers["www-authenticate"].startswith("Bearer ")


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({}, "Authentication required. Send your token or key as 'Authorization: Bearer …'."),
        ({"authorization": "Basic YTpi"}, "Invalid Authorization header format"),
        ({"authorization": "Bearer "}, "Authentication required"),
    ],
)
async def test_calls_without_a_token_are_refused_without_asking(introspected, headers, why):
    server, auth = await introspected({})
    answer = await auth.check(**headers)

    assert (401, []) == (answer.status, server.seen)
    assert why in answer.body


async def test_answers_are_remembered_for_a_while_and_no_longer(introspected):
    """Else each call would wait for one more server; and who was revoked there would come in for ever."""
    server, auth = await introspected({"t": ANN}, memory={"seconds": 0.3, "refused_seconds": 0.3})
    for _ in range(3):
        assert 200 == (await auth.check("t")).status
        assert 401 == (await auth.check("no")).status
    assert 2 == len(server.seen)

    server.users.clear()
    deadline = time.monotonic() + 10
    while (await auth.check("t")).status == 200:
        assert time.monotonic() < deadline


async def test_few_answers_are_remembered(introspected):
    """Who tries many tokens must not fill the memory."""
    server, auth = await introspected({"t": ANN}, memory={"most": 2})
    for token in ("t", "a", "b", "c", "d", "a"):
        await auth.check(token)

    assert 6 == len(server.seen)


async def test_nobody_comes_in_while_nobody_can_tell_who_they_are(introspected):
    """And that is not remembered."""
    server, auth = await introspected({"t": ANN})
    server.down = True

    assert 503 == (await auth.check("t")).status
    server.down = False
    assert 200 == (await auth.check("t")).status


async def test_who_does_not_answer_in_time_lets_nobody_in(start):
    """The address answers nobody: it is for documentation."""
    provider = {"type": "custom", "endpoint": "http://192.0.2.1/check"}
    auth = await start({"provider_config": provider}, timeout=0.2)
    began = time.monotonic()

    assert 503 == (await auth.check("t")).status
    assert time.monotonic() - began < 5


async def test_our_own_credentials_that_are_refused_are_no_fault_of_the_callers(
    introspected, monkeypatch
):
    _, auth = await introspected({"t": ANN}, {"introspection": {"client_id": "others"}})

    assert 503 == (await auth.check("t")).status


@pytest.mark.parametrize(
    ("user", "status", "tenant"),
    [(ANN, 200, "red"), ({"sub": "bob"}, 401, None), (ANN | {"org": {"id": "R/ED"}}, 401, None)],
)
async def test_where_there_are_tenants_every_caller_has_one(introspected, user, status, tenant):
    _, auth = await introspected(
        {"t": user}, {"tenant_claim": "org.id"}, {"tenancy": {"mode": "multi"}}
    )
    answer = await auth.check("t")

    assert (status, tenant) == (answer.status, answer.headers.get("x-fleet-tenant"))


async def test_where_there_is_one_tenant_it_is_everybodys(introspected):
    tenancy = {"mode": "single", "default_tenant_id": "acme"}
    _, auth = await introspected({"t": ANN}, auth={"tenancy": tenancy})

    assert "acme" == (await auth.check("t")).headers["x-fleet-tenant"]


@pytest.mark.parametrize("orgs", [["meta", "cncf"], None])
async def test_github_tells_the_login_and_what_organizations_it_may(knows, start, orgs):
    server, url = await knows(github, ghp={"login": "octocat", "orgs": orgs})
    auth = await start(
        {"provider_config": {"type": "github_token", "github_api_base_url": f"{url}/api/v3"}}
    )
    answer = await auth.check("ghp")

    assert ("octocat", "octocat") == (
        answer.headers["x-fleet-principal"],
        answer.headers["x-fleet-roles"],
    )
    assert ("cncf,meta" if orgs else None) == answer.headers.get("x-fleet-teams")
    assert {"/api/v3/user", "/api/v3/user/orgs"} == {seen.path for seen in server.seen}
    assert 401 == (await auth.check("no")).status


async def test_a_cluster_tells_its_service_accounts(knows, start):
    """By a review of whoever asks, for which the fleet needs no rights."""
    user = {
        "username": "system:serviceaccount:ml:bot",
        "groups": ["system:authenticated"],
        "extra": {"acme.org/tenant": ["red"]},
    }
    _, url = await knows(kubernetes, sa=user)
    provider = {
        "type": "kubernetes",
        "api_server_url": url,
        "tenant_claim": r"extra.acme\.org/tenant",
    }
    auth = await start({"provider_config": provider, "tenancy": {"mode": "multi"}})
    answer = await auth.check("sa")

    assert "system:serviceaccount:ml:bot" == answer.headers["x-fleet-principal"]
    assert "system:authenticated,system:serviceaccount:ml:bot" == answer.headers["x-fleet-roles"]
    assert "red" == answer.headers["x-fleet-tenant"]
    assert 401 == (await auth.check("no")).status


async def test_an_endpoint_hears_of_the_request_but_not_of_the_header(knows, start):
    """As Llama Stack asks it."""
    user = {"principal": "ann", "attributes": {"projects": ["p 1"], "other": ["x"]}, "org": "red"}
    server, url = await knows(custom, key=user)
    provider = {"type": "custom", "endpoint": f"{url}/check", "tenant_field": "org"}
    auth = await start({"provider_config": provider, "tenancy": {"mode": "multi"}})
    answer = await auth.check("key", "/v1/files?limit=2&a=b", x_mine="yes")

    assert "ann" == answer.headers["x-fleet-principal"]
    assert ("red", None) == (answer.headers["x-fleet-tenant"], answer.headers.get("x-fleet-other"))
    assert {
        "api_key": "key",
        "request": {
            "path": "/v1/files",
            "headers": {"x-mine": "yes"},
            "params": {"limit": ["2"], "a": ["b"]},
        },
    } == server.seen[0].json()
    await auth.check("key", "/v1/models")
    assert 2 == len(server.seen)


async def test_a_proxy_is_believed_where_it_is(start):
    """Whoever else says who they are is not."""
    provider = {
        "type": "upstream_header",
        "principal_header": "X-Auth-User",
        "attributes_header": "x-auth-attributes",
        "attribute_headers": {"x-group": "teams", "x-space": "namespaces"},
        "trusted_proxy_cidrs": ["10.0.0.0/8"],
    }
    auth = await start({"provider_config": provider})
    headers = {
        "x_auth_user": "ann",
        "x_auth_attributes": '{"roles": ["admin"], "teams": ["a"]}',
        "x_group": '["b", "c"]',
        "x_space": "one two",
    }
    answer = await auth.check(source="10.1.2.3", **headers)

    assert {
        "x-fleet-principal": "ann",
        "x-fleet-tenant": "",
        "x-fleet-roles": "admin",
        "x-fleet-teams": "a,b,c",
        "x-fleet-namespaces": "one%20two",
    } == answer.headers
    assert 403 == (await auth.check(source="11.1.2.3", **headers)).status
    assert 401 == (await auth.check(source="10.1.2.3")).status
    broken = headers | {"x_auth_attributes": '{"roles": ['}
    assert 401 == (await auth.check(source="10.1.2.3", **broken)).status


async def test_a_few_keys_may_be_all(start, monkeypatch):
    monkeypatch.setenv("FLEET_KEY", "hunter2")
    keys = {"type": "local_api_key", "api_keys": [{"env": "FLEET_KEY"}]}
    auth = await start({"provider_config": keys})

    assert "admin,owner" == (await auth.check("hunter2")).headers["x-fleet-roles"]
    assert "admin,owner" == (await auth.check(x_api_key="hunter2")).headers["x-fleet-roles"]
    assert 401 == (await auth.check("hunter3")).status
    assert 401 == (await auth.check("")).status
