"""Guardrails: shields that check what is asked, and what is answered while it is said."""
