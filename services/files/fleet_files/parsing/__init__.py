"""Reading files in processes of their own, which may fail without harm."""
