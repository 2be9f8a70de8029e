"""Talks to a fleet with llama-stack-client."""

import stainless
from llama_stack_client import LlamaStackClient
from scenarios import FACTS, eventually, raised, tell


class Scenarios(stainless.Scenarios):
    """And what only this SDK can."""

    def listed(self):
        """What its models have beyond OpenAI's."""
        found = {model.id: model for model in self._client.models.list()}[FACTS.chat]
        return [found.identifier, found.model_type, bool(found.provider_resource_id)]

    def rerank(self):
        asked = {"query": "a red apple", "items": ["a grey stone", "an apple that is red"]}
        ranked = self._client.alpha.inference.rerank(model="encoder", **asked, max_num_results=1)
        return {
            "places": [item.index for item in ranked],
            "nobody": raised(
                lambda: self._client.alpha.inference.rerank(model="remote/reranker", **asked)
            ),
        }

    def stored(self):
        made = self._ask("engine", extra_body={"store": True})
        completions = self._client.chat.completions
        listed = eventually(
            lambda: made.id in [kept.id for kept in completions.list(limit=100).data]
        )
        got = completions.retrieve(made.id)
        return {
            "listed": listed,
            "got": got.choices[0].message.role,
            "asked": [message.content for message in got.input_messages],
        }

    def inspect(self):
        return {
            "version": self._client.inspect.version().version,
            "health": self._client.inspect.health().status,
            "routes": [route.route for route in self._client.routes.list()],
            "providers": [provider.provider_id for provider in self._client.providers.list()],
        }


client = LlamaStackClient(base_url=FACTS.root, max_retries=0, timeout=120)
tell(Scenarios(client).all())
