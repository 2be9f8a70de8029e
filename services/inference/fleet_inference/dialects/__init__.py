"""The APIs of others, each translated to the operations of the inference service and back."""
