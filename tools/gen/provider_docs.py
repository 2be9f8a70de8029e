"""`python -m tools.gen.provider_docs`: write the pages on providers, from the classes of these themselves."""

from typing import Any

import yaml

from fleet_runtime.config import Config
from tools.gen.provider_facts import METHODS, Provider, example, short_name
from tools.gen.provider_pages import PAGES, PLACES, Page
from tools.gen.setting_words import (
    aliases,
    anchor,
    bounds,
    default,
    flowing,
    inner_models,
    kind,
    meaning,
    title,
)


def main() -> None:
    """Write all pages."""
    for wanted in PAGES:
        wanted.path.write_text(page(wanted, wanted.providers()))


def page(wanted: Page, found: list[Provider]) -> str:
    """Return a whole page."""
    parts = [wanted.introduction, _overview(found)] if _overview(found) else [wanted.introduction]
    parts += [section(provider, heading(wanted, provider)) for provider in found]
    parts += [_shared(model) for model in inner_models(provider.config for provider in found)]
    return "\n".join(parts)


def heading(wanted: Page, provider: Provider) -> str:
    """Return the heading of a provider. On a page of several groups, types of the same name differ in their places."""
    several = len(wanted.groups) > 1
    return f"`{provider.name}`" + (
        f" in `{PLACES[provider.entry.group].setting}`" if several else ""
    )


def section(provider: Provider, headed: str) -> str:
    """Return what there is to say of one provider."""
    first, *more = provider.summary
    lines = [f"## {headed}", first, *more, *provider.behaviour]
    if provider.abilities:
        lines.append(f"**Can do:** {', '.join(METHODS[name] for name in provider.abilities)}.")
    if provider.extras:
        lines.append(f"**To install:** `pip install 'llama-fleet[{','.join(provider.extras)}]'`.")
    if provider.provider_data:
        keys = ", ".join(f"`{key}`" for key in provider.provider_data)
        lines.append(f"**Provider data:** {keys}.")
    lines += [_table(provider.config), f"```yaml\n{_yaml(values_of(provider))}```"]
    return "\n\n".join(lines) + "\n"


def values_of(provider: Provider) -> dict[str, Any]:
    """Return a whole values file with the one provider in it."""
    entry: dict[str, Any] = {"id": short_name(provider), "type": provider.name}
    settings = example(provider)
    if settings:
        entry["config"] = settings
    place = PLACES[provider.entry.group]
    config = {place.setting: [entry], **place.beside}
    return {"services": {place.service: {"expose": True, "config": config}}}


def _overview(found: list[Provider]) -> str:
    """Return a table of what each can do, where they differ in it."""
    if not any(provider.abilities for provider in found):
        return ""
    rows = [["provider", *METHODS.values()]]
    for provider in found:
        can = ["✓" if name in provider.abilities else "" for name in METHODS]
        rows.append([f"[`{provider.name}`](#{anchor(provider.name)})", *can])
    return _rows(rows) + "\n"


def _shared(model: type[Config]) -> str:
    """Return the section of settings that stand below another setting."""
    return f"## {title(model)}\n\n{flowing(model.__doc__ or '')}\n\n{_table(model)}\n"


def _table(model: type[Config]) -> str:
    rows = [["setting", "type", "default", "what it is"]]
    for name, field in model.model_fields.items():
        names = ", ".join(f"`{known}`" for known in dict.fromkeys([name, *aliases(field)]))
        allowed = kind(field.annotation) + bounds(field)
        rows.append([names, allowed, default(field), meaning(field)])
    return _rows(rows) if len(rows) > 1 else "It has no settings."


def _rows(rows: list[list[str]]) -> str:
    """Return a Markdown table; the first row is its head."""
    head, *rest = [
        f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in rows
    ]
    return "\n".join([head, f"|{'---|' * len(rows[0])}", *rest])


def _yaml(values: dict[str, Any]) -> str:
    text: str = yaml.safe_dump(values, sort_keys=False, allow_unicode=True)
    return text


if __name__ == "__main__":
    main()
