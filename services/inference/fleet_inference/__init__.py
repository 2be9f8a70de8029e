"""The inference service: chat, completion, embedding and reranking over any provider."""
