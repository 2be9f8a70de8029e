"""Vector stores: files and chunks that are found by what they mean."""
