"""The fleet's section `auth`, as the processes that run here find it.

`FLEET_AUTH` is the path of a file that holds the section word for word; without it nobody is asked who they are.
"""

import os
from functools import cache
from pathlib import Path

import yaml

from fleet_runtime.access.config import AuthConfig
from fleet_runtime.access.policy import Policy
from fleet_runtime.config import ConfigError, validate


@cache
def configured_auth() -> AuthConfig:
    """Return the section, read once.

    Raises:
        ConfigError: The file cannot be read, or is wrong.
    """
    path = os.environ.get("FLEET_AUTH")
    if not path:
        return AuthConfig()
    try:
        data = yaml.safe_load(Path(path).read_text())
    except (OSError, yaml.YAMLError) as error:
        raise ConfigError(f"cannot read the section 'auth' in {path}: {error}") from error
    return validate(AuthConfig, data or {})


@cache
def configured_policy() -> Policy:
    """Return the access policy of the section. Raises as `configured_auth`."""
    return Policy(configured_auth().access_policy)
