"""The page about providers: complete, current, and with examples that work."""

import json
import re
from importlib.metadata import entry_points
from pathlib import Path

import jsonschema
import pytest
import yaml

from fleet_cli.distributions import chart
from fleet_cli.settings import Values
from fleet_runtime.config import validate
from tools.gen.provider_docs import heading, page
from tools.gen.provider_pages import PAGES, PLACES

pytestmark = pytest.mark.slow

PROVIDERS = {provider.name: provider for provider in PAGES[0].providers()}
EVERY = [(wanted, provider) for wanted in PAGES for provider in wanted.providers()]
NAMED = [f"{provider.entry.group}-{provider.name}" for _, provider in EVERY]
# The keys that Llama Stack's callers send, which are to go on working.
LLAMA_STACK_KEYS = {
    "remote::anthropic": "anthropic_api_key",
    "remote::azure": "azure_api_key azure_api_base azure_api_version",
    "remote::bedrock": "aws_bedrock_bearer_token",
    "remote::cerebras": "cerebras_api_key",
    "remote::databricks": "databricks_api_token",
    "remote::deepseek": "deepseek_api_key",
    "remote::fireworks": "fireworks_api_key",
    "remote::gemini": "gemini_api_key",
    "remote::groq": "groq_api_key",
    "remote::llama-openai-compat": "llama_api_key",
    "remote::meta": "meta_api_key",
    "remote::mistral": "mistral_api_key",
    "remote::nvidia": "nvidia_api_key",
    "remote::oci": "oci_auth_type oci_region oci_compartment_id oci_config_file_path oci_config_profile",
    "remote::openai": "openai_api_key",
    "remote::passthrough": "passthrough_url passthrough_api_key",
    "remote::runpod": "runpod_api_token",
    "remote::sambanova": "sambanova_api_key",
    "remote::together": "together_api_key",
    "remote::vertexai": "vertex_project vertex_location vertex_access_token",
    "remote::vllm": "vllm_api_token",
    "remote::watsonx": "watsonx_project_id watsonx_api_key",
}
ROOT = Path(__file__).resolve().parents[3]
SOURCES = (ROOT / "services/inference/fleet_inference", ROOT / "libs/upstream/fleet_upstream")


@pytest.fixture(scope="module")
def text():
    return PAGES[0].path.read_text()


@pytest.fixture(scope="module")
def sections(text):
    """What the page says of each provider of inference, by its type."""
    return {heading.strip("`"): said for heading, said in sections_of(text).items()}


def sections_of(text):
    parts = re.split(r"^## (`.+`)$", text.partition("\n## Settings")[0], flags=re.MULTILINE)
    assert len(parts[1::2]) == len(set(parts[1::2]))
    return dict(zip(parts[1::2], parts[2::2], strict=True))


@pytest.fixture(scope="module")
def schema():
    return jsonschema.Draft7Validator(json.loads((chart() / "values.schema.json").read_text()))


def example_of(section):
    (source,) = re.findall(r"^```yaml\n(.*?)^```", section, flags=re.MULTILINE | re.DOTALL)
    return yaml.safe_load(source)


@pytest.mark.parametrize("wanted", PAGES, ids=lambda wanted: wanted.path.name)
def test_the_page_is_current(wanted):
    """`make gen` writes it."""
    assert page(wanted, wanted.providers()) == wanted.path.read_text()


@pytest.mark.parametrize("wanted", PAGES, ids=lambda wanted: wanted.path.name)
def test_every_installed_provider_has_a_section(wanted):
    """One that nobody can read about is not there."""
    ours = sorted(
        entry.name
        for group in wanted.groups
        for entry in entry_points(group=group)
        if entry.dist and entry.dist.name == "llama-fleet"
    )
    told = sections_of(wanted.path.read_text())

    assert ours == sorted(heading.split("`")[1] for heading in told)


@pytest.mark.parametrize(("wanted", "provider"), EVERY, ids=NAMED)
def test_every_setting_is_explained(wanted, provider):
    """With its type, its default and its meaning."""
    section = sections_of(wanted.path.read_text())[heading(wanted, provider)]
    rows = [line.split(" | ") for line in section.splitlines() if line.startswith("| `")]

    named = [row[0].strip("|` ").partition("`")[0] for row in rows]
    assert [*provider.config.model_fields] == named
    assert [] == [row for row in rows if not all(cell.strip("| ") for cell in row)]


@pytest.mark.parametrize(("wanted", "provider"), EVERY, ids=NAMED)
def test_every_example_is_valid(wanted, provider, schema):
    """For Helm, for the launcher, and for the provider itself."""
    values = example_of(sections_of(wanted.path.read_text())[heading(wanted, provider)])
    place = PLACES[provider.entry.group]
    validate(Values, values)
    (entry,) = values["services"][place.service]["config"][place.setting]

    assert [] == [error.message for error in schema.iter_errors(values)]
    assert provider.name == entry["type"]
    validate(provider.config, entry.get("config", {}))


@pytest.mark.parametrize("name", PROVIDERS)
def test_every_provider_says_what_it_can_do(sections, name):
    """And it can do something."""
    assert PROVIDERS[name].abilities
    assert "**Can do:** " in sections[name]


@pytest.mark.parametrize("name", LLAMA_STACK_KEYS)
def test_the_keys_that_callers_may_send_are_named(sections, name):
    """Those of Llama Stack at least."""
    (line,) = [line for line in sections[name].splitlines() if line.startswith("**Provider data:")]

    assert set(LLAMA_STACK_KEYS[name].split()) <= set(re.findall(r"`(\w+)`", line))


def test_no_key_is_named_that_nobody_reads(sections):
    """A class's text is believed, so it must be true."""
    code = "".join(file.read_text() for folder in SOURCES for file in folder.rglob("*.py"))

    named = {key for provider in PROVIDERS.values() for key in provider.provider_data}
    assert [] == [key for key in sorted(named) if f'"{key}"' not in code]


def test_links_within_the_page_lead_somewhere(text):
    """The overview, and settings that stand below others."""
    headings = re.findall(r"^#+ (.*)$", text, flags=re.MULTILINE)
    kept = (re.sub(r"[^a-z0-9 _-]", "", heading.lower()) for heading in headings)
    anchors = {heading.replace(" ", "-") for heading in kept}

    assert set() == set(re.findall(r"\]\(#([^)]+)\)", text)) - anchors
