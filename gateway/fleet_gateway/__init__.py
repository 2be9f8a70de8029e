"""The gateway: Envoy, and what writes its config from the values of the chart."""
