"""Writes everything that follows from `protos/`: run by `make gen`."""
