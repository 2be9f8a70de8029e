"""A Kubernetes of one machine: what `helm template` renders, run as processes, without images.

    async with running_cluster() as cluster:
        cluster.secret("database", DATABASE_URL=url)
        await cluster.install(read_manifests(helm.template(chart(), [values])))
        await cluster.rolled_out()
        await cluster.entry("gateway")   # http://127.0.0.1:45123
        await cluster.upgrade(read_manifests(...))

Each pod has a network, a root and a user of its own, so that commands, ports, paths and names stay as they are written.
All of it is inside a user namespace: no rights of root are needed, and nothing outside changes.

Left out: images (programs are those of this environment), limits of CPU and memory, seccomp, network policies,
schedulers, StatefulSets, horizontal autoscalers.
"""
