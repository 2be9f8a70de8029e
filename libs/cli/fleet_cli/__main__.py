"""`python -m fleet_cli`: the `llama` command, for where only modules are started."""

from fleet_cli.main import main

if __name__ == "__main__":
    main()
