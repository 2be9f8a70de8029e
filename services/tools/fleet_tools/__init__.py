"""The tools service: tool groups, tools, their runtime and connectors."""
