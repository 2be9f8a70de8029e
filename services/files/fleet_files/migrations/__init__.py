"""The tables of the files service, step by step; run by `fleet_runtime.store.migrate`."""
