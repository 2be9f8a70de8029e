"""The safety service: shields and moderation."""
