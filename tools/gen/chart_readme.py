"""`python -m tools.gen.chart_readme`: write the README of the chart; its table is the comments of values.yaml."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml

from fleet_cli.distributions import chart, distributions

README = chart() / "README.md"
KEY = re.compile(r"(?P<indent> *)(?P<name>[\w-]+):(?P<value>.*)")
TEMPLATE = chart() / "README.template.md"


@dataclass(frozen=True)
class Row:
    """A key of values.yaml: its path, its default if it is no map, and what its comment says."""

    path: str
    default: str
    text: str


def main() -> None:
    """Write the README."""
    README.write_text(chart_readme())


def chart_readme() -> str:
    """Return the README."""
    lines = [TEMPLATE.read_text(), "## Distributions", "", "| name | what it is |", "|---|---|"]
    for name, file in distributions().items():
        lines.append(f"| `{name}` | {file.read_text().splitlines()[0].lstrip('# ')} |")
    lines += ["", "## Values", "", "| key | default | what it is |", "|---|---|---|"]
    for row in rows((chart() / "values.yaml").read_text()):
        default = f"`{row.default}`" if row.default else ""
        lines.append(f"| `{row.path}` | {default} | {row.text.replace('|', '&#124;')} |")
    return "\n".join(lines) + "\n"


def rows(text: str) -> Iterator[Row]:
    """Yield every key that values.yaml has, with the comment above it up to the first empty line.

    Raises:
        ValueError: A key has no comment.
    """
    path: list[str] = []
    comment: list[str] = []
    for line in text.splitlines():
        found = KEY.fullmatch(line)
        if line.lstrip().startswith("#"):
            comment.append(line.lstrip().removeprefix("#").strip())
        elif not found:
            comment = []
        else:
            path[len(found["indent"]) // 2 :] = [found["name"]]
            if not comment:
                raise ValueError(f"{'.'.join(path)} has no comment in values.yaml")
            said = " ".join(comment[: comment.index("")] if "" in comment else comment)
            yield Row(".".join(path), _default(found["value"]), said)
            comment = []


def _default(value: str) -> str:
    """Return a default as YAML writes it in one line."""
    if not value.strip():
        return ""
    return (
        yaml.safe_dump(yaml.safe_load(value), default_flow_style=True, width=200)
        .split("\n...")[0]
        .strip()
    )


if __name__ == "__main__":
    main()
