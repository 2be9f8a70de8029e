"""The texts of a request to embed or to rerank."""

from fleet.inference.v1 import messages as m
from fleet_runtime.errors import InvalidArgument

# As OpenAI has it.
MOST_INPUTS = 2048
# As OpenAI's 300,000 tokens a request, of four characters each. Making tokens of more would hold up everybody else.
MOST_CHARACTERS = 1_200_000


def embedding_texts(request: m.EmbeddingRequest) -> list[str]:
    """Return the texts to embed.

    Raises:
        InvalidArgument: There are none, too many, too long ones, or tokens instead.
    """
    texts = [request.input] if isinstance(request.input, str) else request.input
    if not 1 <= len(texts) <= MOST_INPUTS:
        raise _wrong(f"'input' takes 1 to {MOST_INPUTS} texts, not {len(texts)}.", "input")
    found = [text for text in texts if isinstance(text, str)]
    if len(found) < len(texts):
        raise _wrong("'input' takes texts for this model, not tokens.", "input")
    _check_length(found, "input")
    return found


def rerank_texts(request: m.RerankRequest) -> tuple[str, list[str]]:
    """Return the query and the items.

    Raises:
        InvalidArgument: One of them is no text, or they are too long together.
    """
    items = [_text(item, f"items[{place}]") for place, item in enumerate(request.items)]
    query = _text(request.query, "query")
    if len(items) > MOST_INPUTS:
        raise _wrong(f"'items' takes at most {MOST_INPUTS} items, not {len(items)}.", "items")
    _check_length([query, *items], "items")
    return query, items


def _check_length(texts: list[str], param: str) -> None:
    characters = sum(map(len, texts))
    if characters > MOST_CHARACTERS:
        raise _wrong(
            f"'{param}' has {characters} characters; a request may have {MOST_CHARACTERS}.", param
        )


def _text(value: str | m.ContentPart, param: str) -> str:
    text = value if isinstance(value, str) else value.text
    if text is None:
        raise _wrong("This model takes texts only.", param)
    return text


def _wrong(message: str, param: str) -> InvalidArgument:
    return InvalidArgument(message, code="invalid_value", param=param)
