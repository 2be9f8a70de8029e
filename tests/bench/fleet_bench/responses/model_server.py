"""A model that follows `script` and costs little: `python -m fleet_bench.responses.model_server --port 9000`."""

import re
from itertools import product

from fleet_bench import wire
from fleet_bench.responses import script
from fleet_bench.upstream import STREAM, USAGE, Upstream, main

_OFFERED = re.compile(rb'"tools" *: *\[ *\{')
_ANSWERED = re.compile(rb'"role" *: *"tool"')

_FORMS = list(product((False, True), repeat=2))
_CALLING = {form: script.calling(stream=form[0], usage=form[1]) for form in _FORMS}
_SAYING = {form: script.saying(stream=form[0], usage=form[1]) for form in _FORMS}
_MODELS = wire.models(script.MODEL)
_NOT_FOUND = wire.not_found()


class Model(Upstream):
    """One connection, kept alive; requests are answered in turn."""

    def _answer(self, request: bytes, head: int) -> None:
        path = request[: request.index(b" HTTP/1.1")]
        if path == b"POST /v1/chat/completions":
            self._transport.write(said(request[head:]))
        elif path == b"GET /v1/models":
            self._transport.write(_MODELS)
        else:
            self._transport.write(_NOT_FOUND)


def said(body: bytes) -> bytes:
    """Return the whole HTTP response to a chat."""
    form = STREAM.search(body) is not None, USAGE.search(body) is not None
    calls = _OFFERED.search(body) is not None and _ANSWERED.search(body) is None
    if not calls and script.FOUND.encode() not in body and _OFFERED.search(body):
        return _NOT_FOUND  # a system that loses what the tool said must not look fast
    return (_CALLING if calls else _SAYING)[form]


if __name__ == "__main__":
    main(Model)
