"""Messages in and out of every channel: stored, queued, answered in order, sent in order."""
