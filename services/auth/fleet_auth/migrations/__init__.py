"""The tables of the auth service, step by step; run by `fleet_runtime.store.migrate`."""
