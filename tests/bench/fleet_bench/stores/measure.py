"""The measures of one side of one store, as it grows."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import mean

from fleet_bench.measure import percentile
from fleet_bench.stores import account
from fleet_bench.stores.corpus import Corpus, Question
from fleet_bench.stores.load import Answer, Effort, Turns
from fleet_bench.stores.quality import by_rank, ndcg, recall
from fleet_bench.stores.results import Filling, Sample
from fleet_bench.stores.sequence import Report
from fleet_bench.stores.store import Side
from fleet_bench.stores.subjects import Subject

CALLERS = (1, 8)
_BATCH = 1_000


@dataclass(frozen=True, slots=True)
class Plan:
    """What is measured in one go.

    Attributes:
        store: Which store.
        side: Which side of it.
        sizes: How many rows it has, growing.
        warmup: How long each measure is warmed up.
        effort: How long it takes then.
        questions: How many different questions there are.
        tuned: Whether other numbers of candidates than the default are tried in the end.
    """

    store: str
    side: Side
    sizes: Sequence[int]
    warmup: Effort
    effort: Effort
    questions: int
    tuned: bool


class Measuring:
    """Measures one side of one store.

    Args:
        plan: What.
        subject: Who.
        corpus: What it is filled with: as many rows as the last size.
        report: Is told how far it is.
    """

    def __init__(self, plan: Plan, subject: Subject, corpus: Corpus, report: Report) -> None:
        self._plan = plan
        self._subject = subject
        self._corpus = corpus
        self._report = report
        self._size = 0

    async def fill(self, size: int, settle: Callable[[], None]) -> Filling:
        """Put rows in until there are `size`."""
        first = self._size
        spent, began = account.total(), time.perf_counter()
        for start in range(first, size, _BATCH):
            self._report("put", start, size)
            await self._subject.put(self._corpus.rows(start, min(start + _BATCH, size)))
        put = time.perf_counter()
        self._report("index", size, size)
        await self._subject.ready()
        ready, spent = time.perf_counter(), account.total() - spent
        settle()
        self._size = size
        plan = self._plan
        return Filling(plan.store, plan.side, size, size - first, put - began, ready - put, spent)

    async def search(
        self, *, filtered: bool, callers: int, candidates: int | None = None
    ) -> Sample:
        """Ask until the time is up."""
        plan = self._plan
        questions = self._corpus.questions(plan.questions, filtered=filtered)
        self._report("filter" if filtered else "search", self._size, self._size)
        await self._subject.asked(callers, Turns(questions, plan.warmup))
        spent, began = account.total(), time.perf_counter()
        answers = await self._subject.asked(callers, Turns(questions, plan.effort))
        took, spent = time.perf_counter() - began, account.total() - spent
        nearest = self._nearest(questions, answers)
        latencies = [answer.seconds * 1e3 for answer in answers]
        return Sample(
            plan.store,
            plan.side,
            self._size,
            filtered,
            callers,
            candidates,
            len(answers),
            mean(recall(found, true) for found, true in nearest),
            mean(ndcg(found, by_rank(true)) for found, true in nearest),
            len(answers) / took,
            percentile(latencies, 50),
            percentile(latencies, 99),
            spent / len(answers) * 1e3,
        )

    async def tune(self, candidates: int) -> Sample:
        """Ask one by one, with another number of candidates than the default."""
        self._report(f"ef {candidates}", self._size, self._size)
        await self._subject.tune(candidates)
        return await self.search(filtered=False, callers=1, candidates=candidates)

    async def close(self) -> None:
        """Let go of what was measured."""
        await self._subject.aclose()

    def _nearest(
        self, questions: Sequence[Question], answers: Sequence[Answer]
    ) -> list[tuple[list[int], list[int]]]:
        """Return what was found for each question that was asked, and what is true."""
        found = {answer.question: answer.found for answer in answers}
        asked = [questions[place] for place in found]
        truth = self._corpus.nearest(self._size, asked)
        return list(zip(found.values(), truth, strict=True))
