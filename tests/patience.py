"""How long a test waits for what must come. Long, for slow machines: a test that passes never waits for it."""

PATIENCE_SECONDS = 90
PATIENCE_MS = 1000 * PATIENCE_SECONDS
