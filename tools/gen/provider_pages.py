"""The pages on providers, and where in a values file a provider stands."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tools.gen.provider_facts import Provider, providers

_DOCS = Path(__file__).resolve().parents[2] / "docs"
_DATABASE = {"store": {"database": {"url": {"env": "DATABASE_URL"}}}}


@dataclass(frozen=True)
class Page:
    """A page: the providers of one or more groups of entry points, after an introduction."""

    path: Path
    groups: tuple[str, ...]
    introduction: str

    def providers(self) -> list[Provider]:
        """Return the providers that it tells of."""
        return [provider for group in self.groups for provider in providers(group)]


@dataclass(frozen=True)
class Place:
    """Where providers of a group stand: in which setting of which service, and what that needs beside them."""

    service: str
    setting: str = "providers"
    beside: dict[str, Any] = field(default_factory=dict)


PLACES = {
    "fleet.inference": Place("inference"),
    "fleet.vector_io": Place("vector-io", beside=_DATABASE),
    "fleet.files": Place("files", beside=_DATABASE),
    "fleet.file_processors": Place(
        "files",
        "processors",
        {"providers": [{"id": "disk", "type": "inline::localfs"}], **_DATABASE},
    ),
    "fleet.tools": Place("tools"),
    "fleet.safety": Place("safety"),
    "fleet.datasetio": Place("eval", "datasetio", _DATABASE),
    "fleet.scoring": Place("eval", "scoring", _DATABASE),
    "fleet.eval": Place("eval", "eval", _DATABASE),
    "fleet.post_training": Place("post-training", beside=_DATABASE),
}

_INFERENCE = """\
# Providers of inference

<!-- Written by `make gen` from the classes in services/inference/fleet_inference/providers. -->

A provider runs models, here or elsewhere. Each has an entry in `services.<name>.config.providers` of a values file: an
`id` of your choice, which its models' names begin with; its `type`; and its `config`, which this page describes. With
`optional: true` it is left out, with a warning, when an environment variable that its config names is not set.

`{env: NAME}` stands for the value of an environment variable, where this page lists it among the types. Secrets should
be named so, never written. Callers bring keys of their own in the header `X-LlamaStack-Provider-Data`, as a JSON
object: `{"openai_api_key": "sk-…"}`. Such a key is used for that one call. Providers of others come in by the same
door: [how to write one](external-providers.md).
"""

_VECTOR_STORES = """\
# Providers of vector stores

<!-- Written by `make gen` from the classes in services/vector-io/fleet_vector_io/providers. -->

A provider keeps chunks and finds them: by meaning, by words, and with filters that its engine applies. Each has an
entry in `services.vector-io.config.providers` of a values file. Stores name theirs as `provider_id`; `default_provider`
is for those that do not. All answer the same questions alike: one contract suite holds them to it.

An `inline::` provider keeps its chunks in files that one process has open: run one replica. With the others, and with
the default `remote::pgvector`, any number of replicas share them.
"""

_FILES = """\
# Providers of files, and of reading them

<!-- Written by `make gen` from the classes in services/files/fleet_files. -->

Providers in `services.files.config.providers` keep the bytes of files; what is known of them is in the service's
database. Those in `services.files.config.processors` turn files into text.
"""

_TOOLS = """\
# Providers of tools

<!-- Written by `make gen` from the classes in services/tools/fleet_tools/providers. -->

A provider knows tools, and runs them. Each has an entry in `services.tools.config.providers` of a values file. Callers
and models know its tools by tool groups, in `services.tools.config.tool_groups`: `builtin::websearch` is what
`web_search` of a response uses, `builtin::code_interpreter` what `code_interpreter` uses. Keys that callers bring come
in the header `X-LlamaStack-Provider-Data`.
"""

_SAFETY = """\
# Providers of shields

<!-- Written by `make gen` from the classes in services/safety/fleet_safety/providers. -->

A provider judges what people and models say. Each has an entry in `services.safety.config.providers` of a values file;
shields, in `services.safety.config.shields`, are the names by which requests ask for it.
"""

_EVAL = """\
# Providers of datasets, of scores, and of evaluations

<!-- Written by `make gen` from the classes in services/eval/fleet_eval. -->

Providers in `services.eval.config.datasetio` read the rows of datasets, wherever these are. A dataset names its
provider as `provider_id` in its `metadata`; the first that reads such an address is taken if it does not. Those in
`services.eval.config.scoring` have scoring functions, whose names begin with that of their kind: `basic::equality`.
Those in `services.eval.config.eval` run benchmarks, each of which names its own by `provider_id`.
"""

_POST_TRAINING = """\
# Providers of post-training

<!-- Written by `make gen` from the classes in services/post-training/fleet_post_training/providers. -->

A provider trains models further. Each has an entry in `services.post-training.config.providers` of a values file. The
first trains, but where a request's model begins with the `id` of another one and `/`. A job goes on from its last
checkpoint whatever dies meanwhile, so replicas must share the folder that has its checkpoints.

There is no `inline::torchtune`: its last version, 0.6.1, needs a torchao (0.13 or 0.14) of older versions of torch.
`inline::huggingface-cpu` and `inline::huggingface-gpu` are other names of `inline::huggingface`.
"""

PAGES = (
    Page(_DOCS / "providers.md", ("fleet.inference",), _INFERENCE),
    Page(_DOCS / "vector-store-providers.md", ("fleet.vector_io",), _VECTOR_STORES),
    Page(_DOCS / "tool-providers.md", ("fleet.tools",), _TOOLS),
    Page(_DOCS / "safety-providers.md", ("fleet.safety",), _SAFETY),
    Page(_DOCS / "eval-providers.md", ("fleet.datasetio", "fleet.scoring", "fleet.eval"), _EVAL),
    Page(_DOCS / "post-training-providers.md", ("fleet.post_training",), _POST_TRAINING),
    Page(_DOCS / "file-providers.md", ("fleet.files", "fleet.file_processors"), _FILES),
)
