"""Those who know callers, one module each."""
