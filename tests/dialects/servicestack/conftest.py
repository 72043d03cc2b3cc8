"""Settings for the property tests."""

from __future__ import annotations

from hypothesis import settings

# A busy machine must not fail a test. `test_jsv_hostile` measures time itself.
settings.register_profile("wire", parent=settings(), deadline=None)
settings.load_profile("wire")
