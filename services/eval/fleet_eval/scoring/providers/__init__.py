"""Who scores: one module a provider."""
