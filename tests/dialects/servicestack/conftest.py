"""Settings of the property tests."""

from __future__ import annotations

from hypothesis import settings

# A busy machine is no failure; `test_jsv_hostile` judges time itself.
settings.register_profile("wire", parent=settings(), deadline=None)
settings.load_profile("wire")
