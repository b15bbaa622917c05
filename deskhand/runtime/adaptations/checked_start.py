"""Rasa starts with mistyped names in its files, or ends in a traceback that does not say where the name stands.

Each command's files are checked before it runs (through Rasa's own plugin hook); what the checks or anything of
Deskhand's finds wrong is printed as the sentence it is; and the two places where Rasa shrugs off a class that it
cannot load, and goes on with memory or with nothing, raise.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from types import TracebackType
from typing import Any

from deskhand.errors import DeskhandError
from deskhand.runtime.import_hooks import when_imported


class NotLoaded(DeskhandError):
    """A class that endpoints.yml names cannot be loaded."""


def apply() -> None:
    """Check before the start, and speak plainly."""
    when_imported("rasa.plugin", _register_plugin)
    when_imported("rasa.core.tracker_store", _raise_for_tracker_store)
    when_imported("rasa.core.brokers.broker", _raise_for_event_broker)
    sys.excepthook = _in_plain_words(sys.excepthook)


def _register_plugin(module: Any) -> None:
    import pluggy

    class Plugin:
        @staticmethod
        @pluggy.HookimplMarker("rasa")
        def configure_commandline(cmdline_arguments: argparse.Namespace) -> None:
            """Called by Rasa between reading its command line and running the command."""
            from deskhand.runtime.checks.command_line import check_files

            check_files(cmdline_arguments)

    upstream_discover = module._discover_plugins

    def discover(manager: Any) -> None:
        upstream_discover(manager)
        manager.register(Plugin())

    module._discover_plugins = discover


def _raise_for_tracker_store(module: Any) -> None:
    def load(domain: Any, store: Any, event_broker: Any = None) -> Any:
        store_class = _load(module, "tracker store", store.type)
        return store_class(host=store.url, domain=domain, event_broker=event_broker, **store.kwargs)

    module._load_from_module_name_in_endpoint_config = load


def _raise_for_event_broker(module: Any) -> None:
    async def load(broker_config: Any) -> Any:
        broker_class = _load(module, "event broker", broker_config.type)
        return await broker_class.from_endpoint_config(broker_config)

    module._load_from_module_name_in_endpoint_config = load


def _load(module: Any, what: str, name: str) -> Any:
    try:
        return module.rasa.shared.utils.common.class_from_module_path(name)
    except (AttributeError, ImportError) as exc:
        raise NotLoaded(f"endpoints.yml: the {what} '{name}' cannot be loaded: {exc}.") from exc


def _in_plain_words(
    upstream: Callable[[type[BaseException], BaseException, TracebackType | None], object],
) -> Callable[[type[BaseException], BaseException, TracebackType | None], None]:
    def hook(kind: type[BaseException], exc: BaseException, trace: TracebackType | None) -> None:
        ours = _ours_in(exc)
        if ours is None:
            upstream(kind, exc, trace)
        else:
            print(f"Error: {ours}", file=sys.stderr)

    return hook


def _ours_in(exc: BaseException | None) -> DeskhandError | None:
    """The error of Deskhand's that is, or led to, this one: Rasa wraps those that components raise."""
    while exc is not None:
        if isinstance(exc, DeskhandError):
            return exc
        exc = exc.__cause__
    return None
