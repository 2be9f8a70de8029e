"""What every service of the fleet stands on."""
