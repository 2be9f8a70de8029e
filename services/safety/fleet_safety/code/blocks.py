"""The code in a text."""

import re
from dataclasses import dataclass

# Format: https://spec.commonmark.org/0.31.2/#fenced-code-blocks
_FENCE = re.compile(r"^[ >]*(`{3,}|~{3,})[ \t]*([\w+#.-]*)[^\n`]*$", re.MULTILINE)

_LANGUAGES = {
    "bash": "shell",
    "c": "c",
    "c#": "csharp",
    "c++": "c",
    "cc": "c",
    "console": "shell",
    "cpp": "c",
    "cs": "csharp",
    "csharp": "csharp",
    "cxx": "c",
    "go": "go",
    "golang": "go",
    "h": "c",
    "hpp": "c",
    "java": "java",
    "javascript": "javascript",
    "js": "javascript",
    "jsx": "javascript",
    "mjs": "javascript",
    "node": "javascript",
    "php": "php",
    "py": "python",
    "python": "python",
    "python3": "python",
    "rb": "ruby",
    "ruby": "ruby",
    "sh": "shell",
    "shell": "shell",
    "ts": "javascript",
    "tsx": "javascript",
    "typescript": "javascript",
    "zsh": "shell",
}


@dataclass(frozen=True, slots=True)
class Block:
    """Some code.

    Attributes:
        code: The code.
        line: On which line of the text it begins, from 1.
        language: What it is written in, if that is known.
    """

    code: str
    line: int
    language: str | None = None


def blocks(text: str) -> list[Block]:
    """Return the code between fences; the whole text where there are none, as it may be code itself.

    A fence that is not closed yet, as in a text that is still being written, goes to the end.
    """
    found = []
    place, counted, line = 0, 0, 1
    while opening := _FENCE.search(text, place):
        fence, language = opening.groups()
        start = min(opening.end() + 1, len(text))
        closing = re.compile(rf"^[ >]*{re.escape(fence)}[`~]*[ \t]*$", re.MULTILINE).search(
            text, start
        )
        end = closing.start() if closing else len(text)
        line += text.count("\n", counted, start)
        counted = start
        found.append(Block(text[start:end], line, _LANGUAGES.get(language.lower())))
        place = closing.end() if closing else len(text)
    return found or [Block(text, 1)]
