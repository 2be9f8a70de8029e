"""Talks to a fleet with the openai SDK, 2.x and 3.x."""

from uuid import uuid4

import openai
import stainless
from scenarios import FACTS, HELLO, eventually, raised, tell

STORED = 3


class Scenarios(stainless.Scenarios):
    """And what only this SDK can."""

    def registered(self):
        body = {"model_id": "nickname", "provider_id": "remote", "provider_model_id": "chat"}
        made = self._client.post("/models", cast_to=object, body=body)
        said = self._ask("nickname")
        deleted = self._client.models.delete("nickname")
        return {
            "made": made["identifier"],
            "model": said.model,
            "deleted": deleted.deleted,
            "after": raised(lambda: self._client.models.retrieve("nickname")),
        }

    def http2(self):
        """Speak HTTP/2 from the first byte, without TLS, as meshes and gRPC do."""
        with openai.DefaultHttpxClient(http1=False, http2=True) as http:
            client = self._client.with_options(http_client=http)
            raw = client.chat.completions.with_raw_response.create(
                model="remote/chat", messages=HELLO
            )
            return [raw.http_response.http_version, raw.parse().choices[0].message.content]

    def stored(self):
        """Keep some completions under a tag, page through them, and read, change and delete one."""
        completions = self._client.chat.completions
        tag = {"tag": str(uuid4())}
        made = [self._ask("engine", store=True, metadata=tag).id for _ in range(STORED)]
        eventually(lambda: len(completions.list(metadata=tag).data) == STORED)
        pages = completions.list(metadata=tag, limit=2, order="asc")
        listed = [kept.id for kept in pages]  # before the change below takes one out of them
        got = completions.retrieve(made[0])
        messages = completions.messages.list(made[0])
        updated = completions.update(made[0], metadata={"tag": "changed"})
        return {
            "made": made,
            "first_page": len(pages.data),
            "has_more": pages.has_more,
            "listed": listed,
            "got": [got.id, got.choices[0].message.role, got.metadata == tag],
            "messages": [[m.role, m.content] for m in messages],
            "asked": [[m["role"], m["content"]] for m in HELLO],
            "updated": updated.metadata,
            "deleted": completions.delete(made[0]).deleted,
            "after": raised(lambda: completions.retrieve(made[0])),
        }


client = openai.OpenAI(base_url=FACTS.base_url, api_key="none", max_retries=0, timeout=120)
tell(Scenarios(client).all())
