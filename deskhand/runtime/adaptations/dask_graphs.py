"""Rasa hands its graph's inputs to dask as `(name, value)` tuples, which old dask took as plain data. Dask since
2024.12 reads a tuple that begins with a key of the graph as a reference to that key, and sees a cycle.

`DataNode` is how current dask is told that something is data.
"""

from __future__ import annotations

from typing import Any

from deskhand.runtime.import_hooks import when_imported


def apply() -> None:
    """Mark the inputs of Rasa's graphs as data."""
    when_imported("rasa.engine.runner.dask", _mark_inputs_as_data)


def _mark_inputs_as_data(module: Any) -> None:
    from dask._task_spec import DataNode

    upstream_add = module.DaskGraphRunner._add_inputs_to_graph

    def add_inputs(inputs: dict[str, Any] | None, graph: dict[str, Any]) -> None:
        upstream_add(inputs, graph)
        for name in inputs or {}:
            graph[name] = DataNode(name, graph[name])

    module.DaskGraphRunner._add_inputs_to_graph = staticmethod(add_inputs)
