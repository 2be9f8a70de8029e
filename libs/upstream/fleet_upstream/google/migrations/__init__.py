"""The table of what Google's models want back of earlier turns; see `fleet_upstream.google.thoughts`."""
