"""What tests of the safety service stand on."""

import json

import pytest

from fleet_runtime.call import Call
from fleet_safety.provider import Turn
from fleet_testing.prompt_guard_model import write_prompt_guard

NOWHERE = "/nonexistent"


@pytest.fixture(autouse=True)
def no_aws_credentials(monkeypatch):
    """The machine's own credentials are nobody's business: no test may find them, and none may send them."""
    for name in ("ACCESS_KEY_ID", "BEARER_TOKEN_BEDROCK", "PROFILE", "SECRET_ACCESS_KEY"):
        monkeypatch.delenv(f"AWS_{name}", raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", NOWHERE)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", NOWHERE)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def call():
    return Call("/test")


@pytest.fixture
def carrying():
    """Return a call with keys of the caller's own."""

    def carrying(**keys):
        return Call("/test", (("x-llamastack-provider-data", json.dumps(keys)),))

    return carrying


@pytest.fixture
def said():
    """Return a conversation of texts, a user's first."""

    def said(*texts):
        return [Turn(("user", "assistant")[place % 2], (text,)) for place, text in enumerate(texts)]

    return said


@pytest.fixture(scope="session")
def prompt_guard(tmp_path_factory):
    """The folder of a small Prompt Guard with three labels."""
    folder = tmp_path_factory.mktemp("prompt-guard")
    write_prompt_guard(folder)
    return folder
