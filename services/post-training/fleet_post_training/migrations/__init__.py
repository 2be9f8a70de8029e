"""The tables of the post-training service, step by step; run by `fleet_runtime.store.migrate`."""
