"""A provider for Llama Fleet that repeats what it is told."""
