"""The versions of Llama Guard: their categories, and what they see.

Sources: https://www.llama.com/docs/model-cards-and-prompt-formats/llama-guard-3 and `…/llama-guard-4`, the model cards
in https://github.com/meta-llama/PurpleLlama, and for versions 1 and 2 the prompts that
https://github.com/meta-llama/llama-cookbook builds. Prompts name some categories otherwise than the cards do.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

VersionName: TypeAlias = Literal["1", "2", "3-1b", "3-8b", "3-11b-vision", "4"]

_FIRST = {
    "O1": "Violence and Hate",
    "O2": "Sexual Content",
    "O3": "Criminal Planning",
    "O4": "Guns and Illegal Weapons",
    "O5": "Regulated or Controlled Substances",
    "O6": "Self-Harm",
}
_SECOND = {
    "S1": "Violent Crimes",
    "S2": "Non-Violent Crimes",
    "S3": "Sex Crimes",
    "S4": "Child Exploitation",
    "S5": "Specialized Advice",
    "S6": "Privacy",
    "S7": "Intellectual Property",
    "S8": "Indiscriminate Weapons",
    "S9": "Hate",
    "S10": "Self-Harm",
    "S11": "Sexual Content",
}
_THIRTEEN = {
    "S1": "Violent Crimes",
    "S2": "Non-Violent Crimes",
    "S3": "Sex Crimes",
    "S4": "Child Exploitation",
    "S5": "Defamation",
    "S6": "Specialized Advice",
    "S7": "Privacy",
    "S8": "Intellectual Property",
    "S9": "Indiscriminate Weapons",
    "S10": "Hate",
    "S11": "Self-Harm",
    "S12": "Sexual Content",
    "S13": "Elections",
}
_FOURTEEN = {**_THIRTEEN, "S14": "Code Interpreter Abuse"}


@dataclass(frozen=True, slots=True)
class Version:
    """What is known of a version.

    Attributes:
        categories: The names of its categories, by code.
        images: The most images that it sees at once.
        with_images: Its categories where it sees images, if they are others.
    """

    categories: Mapping[str, str]
    images: int = 0
    with_images: Mapping[str, str] | None = None

    def categories_for(self, *, images: bool) -> Mapping[str, str]:
        """Return the categories by which content is judged."""
        return self.with_images if images and self.with_images else self.categories


FIRST: VersionName = "1"
"""The version that judges the whole conversation, and is asked so."""
DEFAULT: VersionName = "3-8b"
"""The version that a model is taken for whose name tells none."""

VERSIONS: Mapping[VersionName, Version] = {
    "1": Version(_FIRST),
    "2": Version(_SECOND),
    "3-1b": Version(_THIRTEEN),
    "3-8b": Version(_FOURTEEN),
    "3-11b-vision": Version(_THIRTEEN, images=1),
    # The card says 2 to 5 images in most of its training.
    "4": Version(_FOURTEEN, images=8, with_images=_THIRTEEN),
}

# By the names that Meta, Ollama and hosts give to the models; the first that fits counts.
_NAMES: tuple[tuple[str, VersionName], ...] = (
    (r"guard-?4", "4"),
    (r"guard-?3.*(11b|vision)", "3-11b-vision"),
    (r"guard-?3.*\b1b", "3-1b"),
    (r"guard-?3", "3-8b"),
    (r"guard-?2", "2"),
    (r"guard-?7b", "1"),
)


def version_of(model: str) -> VersionName:
    """Return the version that a model is, by its name: `meta-llama/Llama-Guard-3-1B`, `llama-guard3:1b`."""
    name = model.lower()
    return next((version for pattern, version in _NAMES if re.search(pattern, name)), DEFAULT)
