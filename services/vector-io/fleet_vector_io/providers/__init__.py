"""Where chunks are kept: one module a provider."""
