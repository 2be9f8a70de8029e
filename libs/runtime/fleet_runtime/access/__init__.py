"""Who calls, whose things are, and who may do what with them."""
