"""The files service: keeping files, and turning them into text."""
