"""How much the channels are fuzzed: a thousand payloads each, or as many as the environment's `FUZZ` says."""

from __future__ import annotations

import os

TIMES = int(os.environ.get("FUZZ", "1000"))
