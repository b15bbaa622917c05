"""Since 22.9, `Sanic.run` and `Sanic.serve` start worker processes.

Rasa calls `run` after the event loop, the channels and the settings exist in this process, which cannot be sent to
another ("Start method 'spawn' was requested, but 'fork' was already set"): its apps run in this process, as they did
with the sanic that Rasa pins. rasa-sdk copes with worker processes, but holds two processes with all actions in
memory where one does: it too runs in this process, unless several workers are asked for.
"""

from __future__ import annotations

from typing import Any

from deskhand.runtime.import_hooks import when_imported

RASA_APPS = ("rasa_server", "rasa_core_no_api", "rasa_interactive")


def apply() -> None:
    """Serve Rasa's apps and the action server in this process."""
    when_imported("sanic.app", _serve_in_this_process)


def _serve_in_this_process(module: Any) -> None:
    sanic = module.Sanic
    upstream_run, upstream_serve = sanic.run, sanic.serve

    def run(self: Any, *args: Any, **options: Any) -> None:
        if self.name in RASA_APPS:
            options.pop("workers", None)
            options.update(single_process=True, motd=False)
        upstream_run(self, *args, **options)

    def serve(primary: Any = None, **options: Any) -> None:
        if primary is not None and primary.name == "rasa_sdk" and primary.state.workers == 1:
            primary.state.mode_single = True
            sanic.serve_single(primary=primary)
        else:
            upstream_serve(primary=primary, **options)

    sanic.run = run
    sanic.serve = staticmethod(serve)
