"""Models on disk: find, download, verify, convert, remove."""
