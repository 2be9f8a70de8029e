"""Real servers and fakes on free ports. Only tests import it."""
