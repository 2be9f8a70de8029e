"""`python -m fleet_gateway`: writes Envoy's config, and checks, runs or drains Envoy."""

import argparse
import os
import sys
from pathlib import Path

import yaml

from fleet_gateway.admin import NOTICE, Admin, AdminError
from fleet_gateway.config import GatewayFile
from fleet_gateway.write import admin_address, envoy_command, write_gateway
from fleet_runtime.config import ConfigError, validate


def main() -> None:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(prog="python -m fleet_gateway", description=__doc__)
    parser.add_argument("--config", type=Path, required=True, help="the settings, with routes")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write to")
    then = parser.add_mutually_exclusive_group()
    then.add_argument("--run", action="store_true", help="become Envoy, with that config")
    then.add_argument("--validate", action="store_true", help="let Envoy check that config")
    then.add_argument("--drain", action="store_true", help="write nothing; drain that Envoy")
    args = parser.parse_args()
    try:
        file = validate(GatewayFile, yaml.safe_load(args.config.read_text()) or {})
        if args.drain:
            sys.exit(not Admin(admin_address(file, args.out)).drain(file.drain, NOTICE))
        write_gateway(file, args.out)
    except (AdminError, ConfigError, OSError, yaml.YAMLError) as error:
        sys.exit(f"{args.config}: {error}")
    command = envoy_command(file, args.out)
    if args.validate:
        command += ["--mode", "validate"]
    if args.run or args.validate:
        os.execv(command[0], command)  # noqa: S606 - the config is ours, and there is no shell


if __name__ == "__main__":
    main()
