"""The safety providers, one file each."""
