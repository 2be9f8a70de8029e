"""The tools of agents: tool groups, whose tools are run here, and the caller's own."""
