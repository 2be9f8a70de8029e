"""The process that trains, `python -m fleet_post_training.trainer`; the service itself never loads a model."""
