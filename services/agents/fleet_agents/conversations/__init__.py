"""Conversations: items that are kept in their order, to which callers and responses add."""
