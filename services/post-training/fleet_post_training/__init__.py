"""The post-training service: models trained further, and data made by models for it."""
