"""Deciding where a request goes: its turn, its target, the replica of that, and where else if that fails."""
