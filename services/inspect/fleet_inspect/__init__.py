"""The inspect service: what runs here, and how it is."""
