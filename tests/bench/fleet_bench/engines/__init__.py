"""The engines under test, one script each, all with the same task and the same answer."""
