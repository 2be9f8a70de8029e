"""A service that does nothing but what its config says of its life."""
