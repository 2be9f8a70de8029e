"""The process in which the Language Model Evaluation Harness runs."""
