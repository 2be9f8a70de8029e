"""What all tests of providers stand on."""

import pytest

NOWHERE = "/nonexistent"


@pytest.fixture(autouse=True)
def no_aws_credentials(monkeypatch):
    """The machine's own credentials are nobody's business: no test may find them, and none may send them."""
    for name in (
        "ACCESS_KEY_ID",
        "BEARER_TOKEN_BEDROCK",
        "PROFILE",
        "ROLE_ARN",
        "SECRET_ACCESS_KEY",
        "SESSION_TOKEN",
        "WEB_IDENTITY_TOKEN_FILE",
    ):
        monkeypatch.delenv(f"AWS_{name}", raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", NOWHERE)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", NOWHERE)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
