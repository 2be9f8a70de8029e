"""Access rules, as Llama Stack's grammar has them, and who calls, as the gateway says."""

import pytest

from fleet_runtime.access.caller import ANONYMOUS, Caller, acting_for, current, told
from fleet_runtime.access.config import AuthConfig, claim_steps
from fleet_runtime.access.policy import AccessRule, Policy, Resource
from fleet_runtime.call import Call
from fleet_runtime.config import ConfigError, validate
from fleet_runtime.errors import PermissionDenied

ANN = Caller("ann", "", {"teams": frozenset({"ml"}), "roles": frozenset({"admin"})})
BOB = Caller("bob", "", {"teams": frozenset({"ops", "ml"})})
EVE = Caller("eve", "", {"teams": frozenset({"sales"})})


def policy(*rules):
    return Policy([AccessRule.model_validate(rule) for rule in rules])


def model(owner=None, name="m", tenant=""):
    return Resource("model", name, owner, tenant)


def test_by_default_things_are_their_owners_and_of_those_who_share_an_attribute():
    default = Policy()

    assert default.allows(ANN, "delete", model(ANN))
    assert default.allows(BOB, "delete", model(ANN))
    assert not default.allows(EVE, "read", model(ANN))
    assert default.allows(EVE, "update", model(None))


def test_nobody_sees_another_tenants_things_whatever_the_rules_say():
    everything = policy({"permit": {"actions": ["read"]}})

    assert everything.allows(ANN, "read", model(None))
    assert not everything.allows(ANN, "read", model(None, tenant="other"))
    assert not everything.allows(ANONYMOUS, "read", model(None, tenant="other"))
    assert everything.allows(ANONYMOUS, "delete", model(ANN))


def test_the_first_rule_that_applies_decides_and_none_denies():
    rules = policy(
        {"forbid": {"actions": ["read"], "resource": "model::secret"}},
        {"permit": {"actions": "read", "resource": "model::*"}},
        {"permit": {"actions": ["create", "delete"], "principal": "ann"}},
    )

    assert not rules.allows(ANN, "read", model(name="secret"))
    assert rules.allows(EVE, "read", model(name="open"))
    assert rules.allows(ANN, "delete", model(name="open"))
    assert not rules.allows(EVE, "delete", model(name="open"))
    assert not rules.allows(ANN, "read", Resource("shield", "open"))


@pytest.mark.parametrize(
    ("condition", "allowed"),
    [
        ({"when": "user is owner"}, "ann"),
        ({"when": "user is not owner"}, "bob eve"),
        ({"unless": "user is owner"}, "bob eve"),
        ({"when": "user with admin in roles"}, "ann"),
        ({"when": "user with admin not in roles"}, "bob eve"),
        ({"when": "user in owners teams"}, "ann bob"),
        ({"when": "user not in owners teams"}, "eve"),
        ({"when": ["user in owners teams", "user is not owner"]}, "bob"),
        ({"unless": ["user in owners teams", "user is not owner"]}, "ann eve"),
        ({"when": "resource is unowned"}, ""),
        ({"unless": "resource is unowned"}, "ann bob eve"),
    ],
)
def test_conditions(condition, allowed):
    rules = policy({"permit": {"actions": ["read"]}, **condition})

    assert allowed.split() == [
        user.principal for user in (ANN, BOB, EVE) if rules.allows(user, "read", model(ANN))
    ]


def test_expressions_match_from_the_start():
    """As Python's `re.match`, which Llama Stack uses."""
    rules = policy({"permit": {"actions": ["read"], "resource": "regex:model::(a|b)"}})

    assert rules.allows(EVE, "read", model(name="abc"))
    assert not rules.allows(EVE, "read", model(name="ca"))


def test_who_may_not_is_told_what_they_asked_for():
    with pytest.raises(PermissionDenied, match="User 'eve' may not delete the model 'm'") as caught:
        Policy().check(EVE, "delete", model(ANN))

    assert "access_denied" == caught.value.code


@pytest.mark.parametrize(
    ("section", "message"),
    [
        ({"access_policy": [{"permit": {"actions": ["eat"]}}]}, "input should be 'create'"),
        (
            {"access_policy": [{"permit": {"actions": ["read"]}, "when": "user in owner teams"}]},
            "'user in owner teams' is no condition; there are 'user is owner'",
        ),
        ({"access_policy": [{"when": "user is owner"}]}, "give either 'permit' or 'forbid'"),
        (
            {
                "api_keys": {},
                "route_policy": [{"permit": {"paths": "*"}, "when": "user is owner"}],
            },
            "a route has no owner",
        ),
        ({"route_policy": [{"permit": {"paths": "*"}}]}, "needs callers who say who they are"),
        ({"provider_config": {"type": "oauth2_token"}}, "give either 'jwks' or 'introspection'"),
        ({"provider_config": {"type": "ouath2"}}, "provider_config: input tag 'ouath2'"),
        ({"tenancy": {"mode": "single"}}, "'default_tenant_id' goes with mode 'single'"),
        (
            {
                "provider_config": {"type": "custom", "endpoint": "https://auth"},
                "tenancy": {"mode": "multi"},
            },
            "tenancy 'multi' needs 'provider_config.tenant_field'",
        ),
    ],
)
def test_a_wrong_section_is_refused(section, message):
    """Before anything starts: a rule that nobody reads protects nothing."""
    with pytest.raises(ConfigError) as caught:
        validate(AuthConfig, section)

    assert message in str(caught.value)


def test_claims_may_be_nested():
    assert ["a", "b.c", "d"] == claim_steps(r"a.b\.c.d")


def test_callers_survive_their_headers():
    """Names of other systems hold anything, as `system:serviceaccount:…` or commas do."""
    caller = Caller("system:a,é", "t-1", {"roles": frozenset({"a,b", "c"}), "teams": frozenset()})

    assert "é" not in dict(caller.headers())["x-fleet-principal"]
    seen = told(Call("/m", caller.headers()))
    assert ("system:a,é", "t-1", {"a,b", "c"}) == (seen.principal, seen.tenant, seen.of("roles"))


def test_calls_to_other_services_are_on_behalf_of_the_same_caller():
    with acting_for(ANN):
        assert "ann" == current().principal
        assert ("x-fleet-principal", "ann") in Call("/m").forwarded()
    assert [] == Call("/m").forwarded()
