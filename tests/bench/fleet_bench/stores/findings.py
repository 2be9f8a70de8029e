"""What was measured, and the file that keeps it."""

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from fleet_bench import samples
from fleet_bench.stores.results import Filling, Judged, Sample
from fleet_bench.stores.store import Side


@dataclass(slots=True)
class Findings:
    """What was measured.

    Attributes:
        fillings: What putting rows in took.
        samples: What searches took.
        judged: How well judged questions were answered.
    """

    fillings: list[Filling] = field(default_factory=list)
    samples: list[Sample] = field(default_factory=list)
    judged: list[Judged] = field(default_factory=list)

    @classmethod
    def read(cls, path: Path) -> "Findings":
        """Return what a file keeps; nothing if it is not there."""
        findings = cls()
        if path.exists():
            document = json.loads(path.read_text())
            for kind in ("filling", "sample", "judged"):
                for content in document[kind]:
                    findings.add({kind: content})
        return findings

    def add(self, what: dict[str, Any]) -> None:
        """Add what a process wrote down."""
        for kind, content in what.items():
            match kind:
                case "filling":
                    self.fillings.append(Filling(**content))
                case "sample":
                    self.samples.append(Sample(**content))
                case "judged":
                    self.judged.append(Judged(**content))

    def forget(self, store: str, side: Side) -> None:
        """Leave out one side of a store, which is measured anew."""
        about = (store, side)
        self.fillings = [each for each in self.fillings if (each.store, each.side) != about]
        self.samples = [each for each in self.samples if (each.store, each.side) != about]

    def forget_judged(self, stores: Collection[str]) -> None:
        """Leave out how well these stores answered judged questions, which they are asked anew."""
        self.judged = [each for each in self.judged if each.store not in stores]

    def write(self, path: Path) -> None:
        """Write everything down, with the machine it was measured on."""
        found = {
            "filling": [asdict(each) for each in self.fillings],
            "sample": [asdict(each) for each in self.samples],
            "judged": [asdict(each) for each in self.judged],
        }
        samples.keep(path, found)

    def draw(self, path: Path) -> None:
        """Draw what `write` wrote, as pictures beside it."""
        samples.draw(Path(__file__).with_name("plot.py"), path)
        print(f"pictures: {path.with_suffix('')}-*.png")
