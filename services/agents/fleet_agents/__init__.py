"""The agents service: responses, conversations, prompts, and agents of the older API."""
