"""Since 22.9, `Sanic.run` starts worker processes. Rasa calls it after the event loop, the model and the channels
exist in this process, which cannot be sent to another ("Start method 'spawn' was requested, but 'fork' was already
set"). Rasa's applications therefore run in a single process, as they did with the sanic that Rasa pins.
"""

from __future__ import annotations

from typing import Any

from deskhand.runtime.import_hooks import when_imported

# The apps that `rasa` itself makes; the action server's and anybody else's are left alone.
RASA_APPS = ("rasa_server", "rasa_core_no_api")


def apply() -> None:
    """Make `Sanic.run` run Rasa's apps in this process."""
    when_imported("sanic.app", _run_rasa_in_this_process)


def _run_rasa_in_this_process(module: Any) -> None:
    upstream_run = module.Sanic.run

    def run(self: Any, *args: Any, **kwargs: Any) -> None:
        if self.name in RASA_APPS or self.name.startswith("rasa-"):
            kwargs.pop("workers", None)
            kwargs["single_process"] = True
            kwargs.setdefault("motd", False)
        upstream_run(self, *args, **kwargs)

    module.Sanic.run = run
