"""Rasa runs its graph of components with dask, whose current versions take inputs that Rasa hands over as `(name,
value)` for references, and see a cycle. Told otherwise, they cost more at every prediction than some of the components.

All that is needed is that each component runs after those that it needs, which the standard library's `graphlib` finds
out. The order is that of the configuration as far as that leaves a choice, so that policies see what those before them
found: `outranked` builds on it.
"""

from __future__ import annotations

from collections import Counter
from graphlib import CycleError, TopologicalSorter
from typing import Any

from deskhand.runtime.import_hooks import when_imported

_ORDERS = "_deskhand_orders"
"""On a runner: what runs for given targets, and in which order."""

_Order = list[tuple[str, tuple[str, ...]]]
"""Components, each with those that it needs."""


def apply() -> None:
    """Run graphs without dask."""
    when_imported("rasa.engine.runner.dask", _run_in_order)


def _run_in_order(module: Any) -> None:
    def run(runner: Any, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        wanted = tuple(targets or runner._graph_schema.target_names)
        order = _order_of(runner, wanted, module.GraphRunError)
        uses = Counter(name for _, needed in order for name in needed)
        done: dict[str, Any] = {name: (name, value) for name, value in (inputs or {}).items()}
        for name, needed in order:
            try:
                # What nobody provides is named, and the component says so.
                done[name] = runner._instantiated_nodes[name](*(done.get(each, each) for each in needed))
            except RuntimeError as exc:
                raise module.GraphRunError("Error running runner.") from exc
            uses.subtract(needed)
            for each in needed:
                if not uses[each] and each not in wanted:
                    done.pop(each, None)  # data for training is large
        return dict(done[name] for name in wanted)

    module.DaskGraphRunner.run = run


def _order_of(runner: Any, wanted: tuple[str, ...], error: type[Exception]) -> _Order:
    orders: dict[tuple[str, ...], _Order] = runner.__dict__.setdefault(_ORDERS, {})
    if wanted not in orders:
        nodes = runner._graph_schema.minimal_graph_schema(list(wanted)).nodes
        sorter = TopologicalSorter({name: tuple(node.needs.values()) for name, node in nodes.items()})
        try:
            order = [name for name in sorter.static_order() if name in nodes]
        except CycleError as exc:
            raise error("The components of the configuration need each other in a circle.") from exc
        orders[wanted] = [(name, tuple(nodes[name].needs.values())) for name in order]
    return orders[wanted]
