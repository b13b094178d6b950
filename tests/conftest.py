"""What every test runs under: no network hub, no settings of the person running them."""

from __future__ import annotations

import os

import hypothesis

# A machine under load makes any single example slow; slowness is measured in benchmarks/.
hypothesis.settings.register_profile("footnote", deadline=None)
hypothesis.settings.load_profile("footnote")

for name in [name for name in os.environ if name.upper().startswith("FOOTNOTE_")]:
    del os.environ[name]
os.environ["HF_HUB_OFFLINE"] = "1"
