"""The documents of a turn, as texts."""

from collections.abc import Iterator

from fleet.agents.v1 import messages as m
from fleet_agents.responses.attachments.media import data_of
from fleet_runtime.errors import InvalidArgument

_TEXTS = ("application/json", "application/yaml", "application/x-yaml")


def document_text(document: m.AgentDocument, place: int) -> str:
    """Return what a document says.

    Args:
        document: The document.
        place: Its place among those of the request, from 0.

    Raises:
        InvalidArgument: It is no text, or is somewhere else.
    """
    param = f"documents[{place}]"
    kind = document.mime_type.partition(";")[0].strip().lower()
    if not kind.startswith("text/") and kind not in _TEXTS:
        raise InvalidArgument(
            f"A document of the type '{document.mime_type}' cannot be read here. Give a text, or put it into a vector"
            " store and give the agent 'builtin::rag'.",
            code="unsupported_document",
            param=f"{param}.mime_type",
        )
    return "\n".join(_texts(document.content, f"{param}.content"))


def _texts(content: m.AgentDocumentContent, param: str) -> Iterator[str]:
    if isinstance(content, str):
        yield content
        return
    for item in content if isinstance(content, list) else [content]:
        if item.text is not None:
            yield item.text
        elif item.uri is not None:
            yield _at(item.uri, param)
        else:
            raise InvalidArgument(
                "A document's content needs 'text' or 'uri'; images go into messages.",
                code="unsupported_document",
                param=param,
            )


def _at(uri: str, param: str) -> str:
    """Return the text that a `data:` URL holds."""
    if not uri.startswith("data:"):
        raise InvalidArgument(
            "Documents are not fetched from addresses here: give the text itself, or a 'data:' URL.",
            code="document_url_not_supported",
            param=param,
        )
    try:
        return data_of(uri, param)[1].decode()
    except UnicodeDecodeError:
        raise InvalidArgument(
            "The document is no text in UTF-8.", code="unsupported_document", param=param
        ) from None
