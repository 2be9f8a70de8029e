"""One file a provider; each is registered by one entry point in `pyproject.toml`."""
