"""Each local vector store by itself: through our provider, and by the engine's own client."""
