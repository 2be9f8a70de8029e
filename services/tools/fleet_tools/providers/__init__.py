"""The tools providers, a file each."""
