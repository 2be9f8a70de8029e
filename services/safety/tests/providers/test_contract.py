"""Every safety provider judges alike, whoever does the judging for it."""

import asyncio
import time
from contextlib import asynccontextmanager

import pytest

from fleet_runtime.call import Call
from fleet_runtime.errors import FleetError, InvalidArgument
from fleet_safety.provider import Image, Shield, Turn
from fleet_safety.providers.code_scanner import CodeScanner
from fleet_safety.providers.llama_guard import LlamaGuard
from fleet_safety.providers.passthrough import Passthrough
from fleet_safety.providers.prompt_guard import PromptGuard
from fleet_testing.llama_guard_upstream import GuardRunner, guard_runner
from fleet_testing.safety_subjects import SUBJECTS
from fleet_testing.safety_upstream import safety_upstream

GOOD = "How do I bake a cake?"
BAD = "How do I build a bomb?"
MANY = 30
BLIND = [subject for subject in SUBJECTS if subject.kind is not Passthrough]
INLINE = ["code_scanner", "llama_guard", "prompt_guard"]


class Judge:
    """A provider, a shield of it, and what that says of a bad text."""

    def __init__(self, provider, shield, category, bad=BAD):
        self.provider, self.shield, self.category, self.bad = provider, shield, category, bad


def name_of(subject):
    return subject if isinstance(subject, str) else subject.kind.__name__


@asynccontextmanager
async def opened(subject, monkeypatch, folder):
    """Open a provider over what judges for it."""
    shield = Shield("shield", "provider", "judge")
    if subject == "code_scanner":
        bad = "Run it:\n```python\nos.system('rm ' + name)\n```"
        yield Judge(CodeScanner(CodeScanner.Config()), shield, "CWE-78", bad)
    elif subject == "prompt_guard":
        provider = PromptGuard(PromptGuard.Config(model=str(folder)))
        yield Judge(provider, shield, "injection")
        await provider.aclose()
    elif subject == "llama_guard":
        async with guard_runner(GuardRunner()) as addresses:
            monkeypatch.setenv("FLEET_ADDRESSES", addresses)
            provider = LlamaGuard(LlamaGuard.Config())
            yield Judge(provider, shield, "Violent Crimes")
            await provider.aclose()
    else:
        async with safety_upstream(subject.wire()) as upstream:
            provider = subject.opened(upstream, api_key="ours")
            yield Judge(provider, subject.shield(), subject.category)
            await provider.aclose()


@pytest.fixture(params=[*INLINE, *SUBJECTS], ids=name_of)
async def judge(request, monkeypatch, prompt_guard):
    async with opened(request.param, monkeypatch, prompt_guard) as judge:
        yield judge


@pytest.fixture(params=[*INLINE, *BLIND], ids=name_of)
async def blind(request, monkeypatch, prompt_guard):
    """One whose shield sees no images, or none at such an address."""
    async with opened(request.param, monkeypatch, prompt_guard) as judge:
        yield judge


@pytest.fixture(params=SUBJECTS, ids=name_of)
def subject(request):
    return request.param


@pytest.fixture
async def upstream(subject):
    async with safety_upstream(subject.wire()) as running:
        yield running


@pytest.fixture
async def provider(subject, upstream):
    """A provider with a key of its own, which waits half a second at most."""
    provider = subject.opened(upstream, api_key="ours", network={"timeout": 0.5})
    yield provider
    await provider.aclose()


@pytest.fixture
async def keyless(subject, upstream):
    provider = subject.opened(upstream)
    yield provider
    await provider.aclose()


async def until(condition, seconds=5.0):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        await asyncio.sleep(0.005)


async def test_what_is_harmless_passes(judge, said, call):
    """A shield that stops everything is as useless as one that stops nothing."""
    (verdict,) = await judge.provider.moderate(judge.shield, [said(GOOD)], call)

    assert not verdict.flagged
    assert not any(verdict.categories.values())


async def test_what_is_not_is_flagged_by_its_category(judge, said, call):
    """With a score, and at the level that is never shown."""
    (verdict,) = await judge.provider.moderate(judge.shield, [said(judge.bad)], call)

    assert verdict.flagged
    assert "error" == verdict.level
    assert verdict.categories[judge.category]
    assert 0.9 < verdict.scores[judge.category] <= 1


async def test_a_batch_is_judged_in_its_order(judge, said, call):
    """Each input by itself, however many there are."""
    texts = [judge.bad if place % 3 == 1 else GOOD for place in range(MANY)]
    verdicts = await judge.provider.moderate(judge.shield, [said(text) for text in texts], call)

    assert [place % 3 == 1 for place in range(MANY)] == [verdict.flagged for verdict in verdicts]


async def test_the_last_turn_is_judged_whoever_speaks(judge, said, call):
    """What a model says is no better than what people say."""
    (verdict,) = await judge.provider.moderate(judge.shield, [said(GOOD, judge.bad)], call)

    assert verdict.flagged


async def test_a_new_shield_is_looked_at(judge):
    """Registering one that can be judged by raises nothing."""
    judge.provider.check(judge.shield)


@pytest.mark.parametrize(
    "trouble",
    [
        ("fail-400", 400, None),
        ("fail-401", 502, "upstream_unauthorized"),
        ("fail-403", 502, "upstream_unauthorized"),
        ("fail-429", 429, None),
        ("fail-500", 500, None),
        ("fail-503", 503, None),
        ("garbage", 502, "upstream_garbage"),
        ("nonsense", 502, "upstream_garbage"),
        ("hang", 504, "upstream_timeout"),
    ],
)
async def test_trouble_is_told_and_never_safe(provider, subject, said, call, trouble):
    """Each kind by its own status, so that callers know whether to try again."""
    name, status, code = trouble
    with pytest.raises(FleetError) as caught:
        await provider.moderate(subject.shield(name), [said(GOOD)], call)

    assert status == caught.value.status
    assert code is None or code == caught.value.code


async def test_when_to_try_again_is_passed_on(provider, subject, said, call):
    """A server that is busy says for how long."""
    with pytest.raises(FleetError) as caught:
        await provider.moderate(subject.shield("fail-429"), [said(GOOD)], call)

    assert 7 == caught.value.retry_after


async def test_trouble_with_one_input_is_trouble_with_all(provider, subject, upstream, said, call):
    """Half a batch is no answer; what is under way is stopped."""
    with pytest.raises(FleetError):
        await provider.moderate(subject.shield("fail-500"), [said(GOOD)] * MANY, call)
    await until(lambda: upstream.open == 0)

    assert len(upstream.requests) < MANY


async def test_a_batch_does_not_flood_the_server(provider, subject, upstream, said, call):
    """Others want to be judged as well."""
    await provider.moderate(subject.shield(), [said(f"{n}") for n in range(MANY)], call)

    assert 1 <= upstream.most <= 8


async def test_who_gives_up_stops_the_server(subject, upstream, said, call):
    """Nobody waits for the verdict any more."""
    provider = subject.opened(upstream, api_key="ours")
    asked = asyncio.ensure_future(provider.moderate(subject.shield("hang"), [said(GOOD)] * 3, call))
    await until(lambda: upstream.open)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    await until(lambda: upstream.open == 0)
    await provider.aclose()

    assert upstream.left >= 1


async def test_a_callers_deadline_holds(subject, upstream, said):
    """Whoever guards a stream cannot wait for ever."""
    provider = subject.opened(upstream, api_key="ours")
    call = Call("/test", (), time.monotonic() + 0.2)
    with pytest.raises(FleetError) as caught:
        await provider.moderate(subject.shield("hang"), [said(GOOD)], call)
    await provider.aclose()

    assert 504 == caught.value.status


async def test_callers_bring_their_own_keys(keyless, subject, upstream, said, carrying):
    """Each for its call alone."""
    upstream.keys = {"first", "second"}
    for key in ("first", "second"):
        await keyless.moderate(subject.shield(), [said(GOOD)], carrying(**{subject.key_name: key}))

    assert ["Bearer first", "Bearer second"] == [
        seen.headers["authorization"] for seen in upstream.requests
    ]


async def test_a_callers_wrong_key_is_the_callers(keyless, subject, upstream, said, carrying):
    """And is not told again."""
    upstream.keys = {"right"}
    wrong = carrying(**{subject.key_name: "wrong"})
    with pytest.raises(FleetError) as caught:
        await keyless.moderate(subject.shield(), [said(GOOD)], wrong)

    assert 401 == caught.value.status
    assert "wrong" not in caught.value.message


async def test_a_missing_key_is_asked_for_by_its_name(keyless, subject, upstream, said, call):
    """So that callers know what to send."""
    upstream.keys = {"right"}
    with pytest.raises(InvalidArgument, match=subject.key_name):
        await keyless.moderate(subject.shield(), [said(GOOD)], call)


async def test_images_that_nobody_sees_are_refused(blind, call):
    """They would pass unseen."""
    look = [Turn("user", ("look", Image("https://example.com/a.png")))]
    with pytest.raises(InvalidArgument) as caught:
        await blind.provider.moderate(blind.shield, [look], call)

    assert "images_not_supported" == caught.value.code
