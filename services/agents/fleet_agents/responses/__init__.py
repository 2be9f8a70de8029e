"""Responses: a model that answers, and uses tools until it can."""
