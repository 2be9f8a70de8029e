"""`python -m fleet_cli.supervise NAME [--narrate]`: the supervisor of a fleet, a process of its own.

Whoever starts it has checked the fleet's values. That loads engines, which this process, as it lives long, does not.
"""

import argparse
import asyncio
import sys

from fleet_cli.check import typed
from fleet_cli.child import StartFailedError
from fleet_cli.consoles import out
from fleet_cli.greeting import greeting
from fleet_cli.home import RunFolder
from fleet_cli.narrator import Narrator
from fleet_cli.supervisor import AlreadyRunningError, supervise
from fleet_cli.values import read
from fleet_runtime.config import ConfigError


def main() -> None:
    """Run the fleet whose values were written to its folder."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", help="the fleet")
    parser.add_argument("--narrate", action="store_true", help="tell a person what happens")
    options = parser.parse_args()
    try:
        asyncio.run(_run(RunFolder(options.name), narrate=options.narrate))
    except (AlreadyRunningError, ConfigError, StartFailedError) as error:
        sys.exit(f"error: {error}")


async def _run(folder: RunFolder, *, narrate: bool) -> None:
    values = typed(read(folder.values))
    if not narrate:
        await supervise(folder, values, lambda _: None)
        return
    narrator = Narrator(out)
    greeter = asyncio.create_task(_greet_when_ready(narrator))
    try:
        await supervise(folder, values, narrator)
    finally:
        greeter.cancel()


async def _greet_when_ready(narrator: Narrator) -> None:
    await narrator.ready.wait()
    text = await asyncio.to_thread(greeting, narrator.url, detached=False)
    out.print(text, highlight=False)


if __name__ == "__main__":
    main()
