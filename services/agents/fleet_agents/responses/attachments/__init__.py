"""Images and files that messages name, as models read them."""
