"""`rasa test` scores whatever there is, also when that is nothing: entities predicted by a policy when no policy
predicts any, intents when no example has one, stories when there are none. scikit-learn since 1.8 refuses empty
arrays, and the whole run ends in its traceback. Nothing is now scored as nothing.
"""

from __future__ import annotations

from typing import Any

from deskhand.runtime.import_hooks import when_imported


def apply() -> None:
    """Keep empty arrays from scikit-learn."""
    when_imported("rasa.nlu.test", _skip_empty_reports)
    when_imported("rasa.core.test", _skip_empty_stories)


def _skip_empty_reports(module: Any) -> None:
    upstream_report = module._calculate_report
    upstream_entities = module.evaluate_entities

    def calculate_report(
        output_directory: str | None, targets: Any, predictions: Any, *rest: Any, **options: Any
    ) -> Any:
        if len(targets) == 0:
            return {}, 0.0, 0.0, 0.0, module.np.zeros((0, 0)), []
        return upstream_report(output_directory, targets, predictions, *rest, **options)

    def evaluate_entities(entity_results: Any, *rest: Any, **options: Any) -> Any:
        if not any(result.tokens for result in entity_results):
            return {}
        return upstream_entities(entity_results, *rest, **options)

    module._calculate_report = calculate_report
    module.evaluate_entities = evaluate_entities


def _skip_empty_stories(module: Any) -> None:
    upstream_collect = module._collect_story_predictions
    upstream_plot = module._plot_story_evaluation

    async def collect(completed_trackers: Any, *rest: Any, **options: Any) -> Any:
        if completed_trackers:
            return await upstream_collect(completed_trackers, *rest, **options)
        nothing = module.StoryEvaluation(
            evaluation_store=module.EvaluationStore(),
            failed_stories=[],
            successful_stories=[],
            stories_with_warnings=[],
            action_list=[],
            in_training_data_fraction=0.0,
        )
        return nothing, 0, []

    def plot(targets: Any, *rest: Any) -> None:
        if targets:
            upstream_plot(targets, *rest)

    module._collect_story_predictions = collect
    module._plot_story_evaluation = plot
