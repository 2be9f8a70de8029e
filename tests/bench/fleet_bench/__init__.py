"""What a call costs through us, through others, and through nothing at all."""
