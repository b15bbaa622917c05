"""Checks of config.yml, endpoints.yml and credentials.yml before Rasa starts.

Rasa answers a mistyped name late, with a traceback, or not at all: a tracker store that it does not know silently
becomes memory, an event broker none. Here each such mistake is one sentence with the file, the line, the name, and
the name that was probably meant.
"""

from deskhand.runtime.checks.problems import ConfigurationError

__all__ = ["ConfigurationError"]
