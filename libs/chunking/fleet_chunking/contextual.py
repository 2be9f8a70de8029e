"""What a model is asked so that it says what a chunk is about, as `contextual` chunking puts in front of it.

The idea: https://www.anthropic.com/news/contextual-retrieval
"""

import re

WHOLE_DOCUMENT = "{{WHOLE_DOCUMENT}}"
CHUNK_CONTENT = "{{CHUNK_CONTENT}}"

DEFAULT = f"""\
You prepare passages of a document for a search engine.

The document:
<document>
{WHOLE_DOCUMENT}
</document>

One passage of it:
<passage>
{CHUNK_CONTENT}
</passage>

In one or two sentences, say where in the document the passage stands and what it is about, and name the people, things
and times that it only hints at. Write these sentences and nothing else, in the language of the passage."""

_PLACES = re.compile(f"{re.escape(WHOLE_DOCUMENT)}|{re.escape(CHUNK_CONTENT)}")


class PromptError(ValueError):
    """A prompt lacks a place for what it should hold."""


class ContextPrompt:
    """A prompt with places for a document and for one chunk of it.

    Raises:
        PromptError: A place is missing.
    """

    def __init__(self, template: str = DEFAULT) -> None:
        missing = [place for place in (WHOLE_DOCUMENT, CHUNK_CONTENT) if place not in template]
        if missing:
            raise PromptError(f"the prompt must hold {' and '.join(missing)}")
        self._template = template

    def filled(self, document: str, chunk: str) -> str:
        """Return the prompt with both in their places. What looks like a place in either stays as it is."""
        said = {WHOLE_DOCUMENT: document, CHUNK_CONTENT: chunk}
        return _PLACES.sub(lambda place: said[place.group()], self._template)


def with_context(context: str, chunk: str) -> str:
    """Return the text that is embedded: what the model said, and the chunk."""
    context = context.strip()
    return f"{context}\n\n{chunk}" if context else chunk
