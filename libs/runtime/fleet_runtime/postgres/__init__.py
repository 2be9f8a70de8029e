"""The Postgres that comes with the fleet, and its programs."""
