"""A server of embeddings that costs little: `python -m fleet_bench.rag.embedder --port 9000`.

It speaks OpenAI's API, and tells for each text its `meaning.vector`.
"""

import base64
import json
from functools import lru_cache

import msgspec

from fleet_bench.rag.meaning import vector
from fleet_bench.upstream import Upstream, main

MODEL = "meaning-embedding"

_MODELS = {
    "object": "list",
    "data": [{"id": MODEL, "object": "model", "created": 1, "owned_by": "bench"}],
}


class EmbeddingRequest(msgspec.Struct):
    """As much of the request as counts here."""

    input: str | list[str]
    encoding_format: str = "float"


class Embedder(Upstream):
    """One connection, kept alive; requests are answered in turn."""

    def _answer(self, request: bytes, head: int) -> None:
        path = request[: request.index(b" HTTP/1.1")]
        if path == b"POST /v1/embeddings":
            self._transport.write(embedded(request[head + 4 :]))
        elif path == b"GET /v1/models":
            self._transport.write(_response(json.dumps(_MODELS).encode()))
        else:
            self._transport.write(
                _response(b'{"error": {"message": "no such path"}}', "404 Not Found")
            )


def embedded(body: bytes) -> bytes:
    """Return a whole HTTP response to a request for embeddings."""
    asked = msgspec.json.decode(body, type=EmbeddingRequest)
    texts = [asked.input] if isinstance(asked.input, str) else asked.input
    rows = b",".join(
        b'{"object":"embedding","index":%d,"embedding":%s}'
        % (place, _told(text, asked.encoding_format))
        for place, text in enumerate(texts)
    )
    count = sum(len(text) for text in texts) // 4
    usage = b'{"prompt_tokens":%d,"total_tokens":%d}' % (count, count)
    return _response(
        b'{"object":"list","model":"%s","data":[%s],"usage":%s}' % (MODEL.encode(), rows, usage)
    )


@lru_cache(maxsize=4096)
def _told(text: str, encoding: str) -> bytes:
    """Return a text's vector as JSON."""
    found = vector(text)
    if encoding == "base64":
        return b'"%s"' % base64.b64encode(found.astype("<f4").tobytes())
    return msgspec.json.encode(found.astype(float).round(6).tolist())


def _response(content: bytes, status: str = "200 OK") -> bytes:
    head = f"HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {len(content)}"
    return head.encode() + b"\r\n\r\n" + content


if __name__ == "__main__":
    main(Embedder)
