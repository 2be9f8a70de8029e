"""A jail for code that nobody vouches for: a process that may compute and write a few files, and nothing else.

| module | where it runs | what it is |
|---|---|---|
| `settings` | service | what may be set |
| `interpreter` | service | runs code, with a bound on how much at once |
| `running`, `finishing` | service | one run, seen from the service |
| `python`, `made` | service | the interpreter that runs code; the files that a run is given, and makes |
| `sessions`, `workplaces` | service | folders of runs, made and kept and removed |
| `order` | both | what the launcher is told, and what it reports |
| `launcher` | a process of its own | makes the jail, watches over it, and ends it |
| `jail` | the launcher, and what it forks | its layers, one after the other |
| `namespaces`, `landlock`, `seccomp`, `privileges`, `bounds` | the same | one layer each, by `kernel` |
| `watch`, `processes`, `folders` | the launcher | what a run takes of the machine |
| `notebook` | inside the jail | runs the code as a cell of a notebook |

What runs in the launcher imports nothing but the standard library and its siblings: it starts for each run.
"""
