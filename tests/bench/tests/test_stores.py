"""The benchmark of vector stores: its corpus, its arithmetic, and each store on both sides."""

import subprocess
import sys
import time

import numpy as np
import pytest

from fleet_bench.stores import account, catalog
from fleet_bench.stores.corpus import GROUPS, Corpus, Question
from fleet_bench.stores.findings import Findings
from fleet_bench.stores.judgements import JUDGEMENTS
from fleet_bench.stores.load import Effort, Turns, by_tasks
from fleet_bench.stores.measure import CALLERS, Measuring, Plan
from fleet_bench.stores.quality import by_rank, ndcg, recall
from fleet_bench.stores.report import ratio
from fleet_bench.stores.results import Sample
from fleet_bench.stores.sequence import said
from fleet_bench.stores.store import SIDES
from fleet_bench.stores.subjects import subject
from fleet_bench.stores.topics import REPEATED, topics

BRIEF = Effort(seconds=0.0, least=10, most_seconds=60.0)


@pytest.fixture(scope="module")
def corpus():
    return Corpus(1_200)


def test_a_smaller_corpus_is_the_beginning_of_a_larger_one(corpus):
    """A store that grows would else be asked about rows that it does not have."""
    smaller, rows = Corpus(300).rows(0, 300), corpus.rows(0, 300)

    assert [row[:2] + row[3:] for row in smaller] == [row[:2] + row[3:] for row in rows]
    assert all(
        np.array_equal(one.vector, other.vector) for one, other in zip(smaller, rows, strict=True)
    )


def test_vectors_have_length_one(corpus):
    """Products are cosines then, and Euclid's distance has the same order."""
    assert np.allclose(1.0, np.linalg.norm(corpus.vectors, axis=1))


def test_neighbours_are_nearer_than_others(corpus):
    """Among vectors of all directions every answer is as good as another, and recall means nothing."""
    [question] = corpus.questions(1, filtered=False)
    scores = corpus.vectors @ question.vector
    [nearest] = corpus.nearest(1_200, [question])

    assert scores[nearest].mean() > 0.3
    assert 0.1 > np.median(scores)


def test_a_group_holds_about_one_row_in_a_hundred(corpus):
    """That is what the tables say of the filter."""
    counts = np.bincount(corpus.groups, minlength=GROUPS)

    assert 1_200 / GROUPS == counts.mean()
    assert counts.max() < 3 * counts.mean()


def test_the_truth_is_what_comparing_all_finds(corpus):
    """Every recall is measured against it; here it is found by another way."""
    vector, group = corpus.vectors[17], int(corpus.groups[17])
    distances = np.linalg.norm(corpus.vectors[:700] - vector, axis=1)
    expected = np.argsort(distances)[:10].tolist()
    members = [n for n in np.argsort(distances).tolist() if corpus.groups[n] == group][:10]

    assert [expected, members] == corpus.nearest(700, [Question(vector), Question(vector, group)])


def test_recall_counts_what_was_found():
    assert 0.5 == recall([1, 2, 9, 8], [1, 2, 3, 4])


def test_recall_asks_for_no_more_than_fits():
    """Fifteen relevant documents do not fit into ten places."""
    assert 1.0 == recall(list(range(10)), list(range(15)))


def test_ndcg_is_as_it_is_computed_by_hand():
    """DCG 1 + 2 / log2(3) over the ideal 2 + 1 / log2(3)."""
    assert 2.26186 / 2.63093 == pytest.approx(ndcg(["b", "a"], {"a": 2, "b": 1}), abs=1e-5)


def test_order_counts():
    """A store that finds the ten nearest but ranks them backwards must not look perfect."""
    gains = by_rank(range(10))

    assert 1.0 == ndcg(list(range(10)), gains)
    assert 0.8 > ndcg(list(reversed(range(10))), gains)


def test_children_that_ended_are_counted():
    """Postgres compares by processes that live for one query."""
    burn = "import time\nwhile time.process_time() < 0.3: pass"
    before = account.total()
    subprocess.run([sys.executable, "-c", burn], check=True)

    assert 0.28 <= account.total() - before  # the kernel counts those that ended in hundredths


async def test_callers_stop_when_the_time_is_up_and_there_is_enough():
    questions = [Question(np.ones(2)), Question(np.zeros(2))]

    async def ask(question):
        return [int(question.vector[0])]

    answers = await by_tasks(ask, 2, Turns(questions, BRIEF))

    assert 10 <= len(answers) <= 12
    assert {(0, (1,)), (1, (0,))} == {(each.question, tuple(each.found)) for each in answers}


async def test_slow_stores_are_not_waited_for_without_end():
    """Some take a second for each answer; forty would take a minute."""
    effort = Effort(seconds=0.01, least=1_000_000, most_seconds=0.1)

    async def ask(question):
        time.sleep(0.02)  # noqa: ASYNC251 - a store that computes
        return []

    answers = await by_tasks(ask, 1, Turns([Question(np.ones(2))], effort))

    assert 1 <= len(answers) <= 6


def test_what_libraries_print_is_no_finding():
    assert [{"a": 1}] == list(said(["hello\n", '\x1e{"a": 1}\n', '{"b": 2}\n']))


def test_findings_outlive_their_file(tmp_path):
    """Stores are measured in parts, each added to what there is."""
    findings = Findings(samples=[sample("a", "ours", 1.0), sample("b", "own", 2.0)])
    findings.write(tmp_path / "found.json")
    read = Findings.read(tmp_path / "found.json")
    read.forget("b", "own")

    assert findings.samples[:1] == read.samples


def test_our_cost_is_told_in_times_of_the_engines():
    findings = Findings(samples=[sample("a", "ours", 3.0), sample("a", "own", 2.0)])

    assert 1.5 == ratio(findings, "a", 1_000, filtered=False)
    assert None is ratio(findings, "a", 1_000, filtered=True)


def test_all_judged_topics_are_searched():
    """A topic that this Python does not have would count as never found."""
    judged = {topic for each in JUDGEMENTS for topic in each.grades}

    assert set() == judged - (topics.keys() - REPEATED)
    assert {1, 2} == {grade for each in JUDGEMENTS for grade in each.grades.values()}


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("name", catalog.NAMES)
async def test_each_side_of_each_store_finds_the_nearest(name, side, corpus, tmp_path):
    """A benchmark that asks wrongly is worse than none: what both sides find is held against the truth."""
    store = catalog.load(name)
    loses_with_filters = (name, side) == (
        "faiss hnsw",
        "own",
    )  # its links lead past the few that are left
    plan = Plan(name, side, (100, 200), BRIEF, BRIEF, questions=10, tuned=False)
    async with store.place(tmp_path) as place:
        measuring = Measuring(plan, subject(side, store, place), corpus, lambda *_: None)
        samples = []
        for size in plan.sizes:
            filling = await measuring.fill(size, lambda: store.settle(place))
            for callers in CALLERS:
                samples.append(await measuring.search(filtered=False, callers=callers))
                samples.append(await measuring.search(filtered=True, callers=callers))
        await measuring.close()

    assert 100 == filling.rows
    assert 8 == len(samples)
    assert all(each.cpu_ms > 0 for each in samples)
    assert all(each.recall > 0.95 for each in samples if not (each.filtered and loses_with_filters))


def sample(store, side, cpu_ms):
    return Sample(store, side, 1_000, False, 1, None, 100, 1.0, 1.0, 50.0, 20.0, 30.0, cpu_ms)
