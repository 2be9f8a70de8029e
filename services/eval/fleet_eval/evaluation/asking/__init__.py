"""Asking models and agents what a row asks."""
