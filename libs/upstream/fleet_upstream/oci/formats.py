"""In which of Oracle's three formats a model is asked.

Format: https://docs.oracle.com/iaas/api/#/en/generative-ai-inference/20231130/datatypes/BaseChatRequest. That Cohere's
models from Command A on speak the newer one: https://docs.cohere.com/docs/oracle-cloud-infrastructure-oci,
https://docs.oracle.com/iaas/Content/generative-ai/cohere-command-a-vision-07-2025.htm
"""

from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Literal, TypeAlias

ApiFormat: TypeAlias = Literal["GENERIC", "COHERE", "COHEREV2"]
"""A format, as Oracle calls it."""

_BY_NAME: Mapping[str, ApiFormat] = {"cohere.command-a*": "COHEREV2", "cohere.*": "COHERE"}


def format_of(model: str, configured: Mapping[str, ApiFormat]) -> ApiFormat:
    """Return the format of `model`: the first of `configured` whose pattern its name matches, or else as names go."""
    for pattern, found in (*configured.items(), *_BY_NAME.items()):
        if fnmatchcase(model, pattern):
            return found
    return "GENERIC"
