"""scikit-learn 1.8 removed the `multi_class` option of `LogisticRegression`, which Rasa's
`LogisticRegressionClassifier` passes ("auto", today's only behaviour), and deprecated `l1_ratio=None`, which it also
passes (without an elastic net it means nothing)."""

from __future__ import annotations

from typing import Any

from deskhand.runtime.import_hooks import when_imported


def apply() -> None:
    """Have Rasa's classifier make its model without them."""
    when_imported("rasa.nlu.classifiers.logistic_regression_classifier", _drop_multi_class)


def _drop_multi_class(classifier: Any) -> None:
    upstream = classifier.LogisticRegression

    def logistic_regression(*, multi_class: str = "auto", l1_ratio: float | None = None, **options: Any) -> Any:
        return upstream(l1_ratio=l1_ratio or 0.0, **options)

    classifier.LogisticRegression = logistic_regression
