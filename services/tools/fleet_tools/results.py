"""What a tool gave, as callers get it: not more than the service allows."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

import msgspec

from fleet.tools.v1 import messages as m
from fleet_tools.config import LimitsConfig
from fleet_tools.provider import Content, Image, Result, Text

# What a tool that has no number for what went wrong is said to have.
FAILED = 1


def bounded(result: Result, limits: LimitsConfig) -> Result:
    """Return `result`, cut where it is longer than allowed, with notes for the model."""
    cutter = _Cutter(limits)
    content = list(cutter.pieces(result.content))
    metadata = dict(result.metadata)
    if len(msgspec.json.encode(metadata)) > limits.max_result_bytes:
        metadata, cutter.has_cut = {}, True
    error = result.error and _first_bytes(result.error, limits.max_result_bytes)
    if cutter.has_cut:
        metadata["truncated"] = True
    return replace(result, content=content, metadata=metadata, error=error)


class _Cutter:
    """Cuts content to what is allowed.

    Attributes:
        has_cut: Whether something was left out.
    """

    def __init__(self, limits: LimitsConfig) -> None:
        self._text_bytes = limits.max_result_bytes
        self._image_bytes = limits.max_image_bytes
        self.has_cut = False

    def pieces(self, content: Sequence[Content]) -> Iterator[Content]:
        """Yield what is allowed of `content`."""
        for item in content:
            yield self._image(item) if isinstance(item, Image) else self._text(item)

    def _image(self, image: Image) -> Content:
        self._image_bytes -= len(image.data)
        if self._image_bytes >= 0:
            return image
        self.has_cut = True
        return Text(f"[An image, {image.media_type}, was left out: it is too large.]")

    def _text(self, item: Text) -> Text:
        size = len(item.text.encode(errors="replace"))
        allowed = max(0, self._text_bytes)
        self._text_bytes -= size
        if size <= allowed:
            return item
        self.has_cut = True
        note = f"[The tool gave {size} bytes here, of which only the first {allowed} are shown.]"
        return Text(f"{_first_bytes(item.text, allowed)}\n{note}".lstrip("\n"))


def _first_bytes(text: str, count: int) -> str:
    """Return the first bytes of a text, without half a letter at the end."""
    return text.encode(errors="replace")[:count].decode(errors="ignore")


def answer(result: Result) -> m.ToolInvocationResult:
    """Return `result` as callers get it."""
    failed = result.error is not None
    code = FAILED if failed and result.error_code is None else result.error_code
    metadata = msgspec.json.encode(dict(result.metadata)) if result.metadata else b"null"
    return m.ToolInvocationResult(
        content=[_item(item) for item in result.content] or None,
        error_message=result.error,
        error_code=code,
        metadata=msgspec.Raw(metadata),
    )


def _item(item: Content) -> m.ToolContent:
    if isinstance(item, Text):
        return m.ToolContent(type="text", text=item.text)
    uri = f"data:{item.media_type};base64,{item.data}"
    return m.ToolContent(type="image", image=m.ToolImage(url=m.ToolImageUrl(uri=uri)))
