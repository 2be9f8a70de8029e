"""Every provider that speaks a vendor's own wire, against a fake that speaks it too: one contract for all of them.

The providers are those of `fleet_testing.native_subjects`.
"""

import pytest

from fleet_testing.native_subjects import KEYLESS, SUBJECTS, NativeSubject
from fleet_testing.native_upstream import native_upstream


@pytest.fixture(params=SUBJECTS, ids=NativeSubject.name)
def subject(request):
    return request.param


@pytest.fixture
async def upstream(subject):
    async with native_upstream(subject.wire()) as running:
        yield running


@pytest.fixture
async def provider(subject, upstream):
    opened = subject.opened(upstream)
    yield opened
    await opened.aclose()


@pytest.fixture(params=KEYLESS, ids=NativeSubject.name)
async def keyless(request):
    """A provider without a key of its own, its fake, and its subject."""
    async with native_upstream(request.param.wire()) as running:
        opened = request.param.opened(running, key=None)
        yield opened, running, request.param
        await opened.aclose()


@pytest.fixture
def unless_lacking(subject):
    """Skip the test where the vendor has nothing for a feature."""

    def skip(feature):
        if feature in subject.lacks:
            pytest.skip(f"the vendor has nothing for it: {feature}")

    return skip
