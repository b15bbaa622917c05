"""What Rasa's modules do with TensorFlow when they are imported works; anything more says that it is absent."""

from __future__ import annotations

from typing import Optional

import pytest

from deskhand.runtime.tensorflow_placeholder import AbsentModule, TensorFlowIsAbsent

tf = AbsentModule("tensorflow")


def test_it_can_be_derived_from() -> None:
    class Layer(tf.keras.layers.Layer, tf.Module):  # type: ignore[misc]
        pass

    with pytest.raises(TensorFlowIsAbsent, match="Layer needs TensorFlow"):
        Layer(units=3)


def test_it_decorates() -> None:
    @tf.function
    def plain() -> int:
        return 1

    @tf.function(experimental_relax_shapes=True)
    def with_options() -> int:
        return 2

    assert (plain(), with_options()) == (1, 2)


def test_it_stands_in_annotations() -> None:
    def function(a: tf.Tensor | None, b: Optional[tf.Tensor], c: tf.data[int]) -> None:  # noqa: UP045
        pass

    assert not isinstance(3, tf.Tensor)
    assert not hasattr(tf.Tensor, "__wrapped__")


@pytest.mark.parametrize("use", [lambda: tf.constant(3), lambda: tf.random.uniform([1]), lambda: list(tf.Tensor)])
def test_any_use_names_what_to_use_instead(use: object) -> None:
    with pytest.raises(TensorFlowIsAbsent, match=r"TransformerClassifier.*TransformerPolicy"):
        use()  # type: ignore[operator]
