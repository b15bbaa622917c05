"""The encoder's layers in whole numbers of 8 bits, for serving.

One message is so short that a layer spends its time on fetching weights: a quarter of the bytes takes about half the
time. Only where the CPU multiplies such numbers itself (VNNI): elsewhere it is hardly faster and loses precision.
"""

from __future__ import annotations

import warnings
from typing import Any

import torch
from torch import Tensor, nn

from deskhand.encoders.bert import Bert, Layer
from deskhand.encoders.encoder import Encoder

_INSTRUCTIONS = ("avx512_vnni", "avx_vnni")
_LARGEST = 127


def is_worth_it() -> bool:
    """Whether this CPU has the instructions."""
    has: dict[str, Any] = dict(torch.cpu.get_capabilities())
    return any(has.get(name, False) for name in _INSTRUCTIONS) and "x86" in torch.backends.quantized.supported_engines


def quantize(encoder: Encoder) -> None:
    """Replaces the linear maps in the layers of our own `Bert`, in place. It cannot be trained or stored afterwards.
    Other encoders stay as they are."""
    if not isinstance(encoder, Bert):
        return
    for layer in encoder.layers:
        if not isinstance(layer, Layer) or layer.all_three is not None:  # a layer may belong to two encoders
            continue
        layer.all_three = _together(layer.query, layer.key, layer.value)
        del layer.query, layer.key, layer.value
        for name, child in list(layer.named_children()):
            if isinstance(child, nn.Linear):
                setattr(layer, name, Int8Linear(child))


def _together(*linears: nn.Linear) -> nn.Linear:
    """One map whose outputs are theirs, one after the other. Each row keeps a scale of its own, so nothing changes."""
    whole = nn.Linear(linears[0].in_features, sum(linear.out_features for linear in linears))
    with torch.no_grad():
        whole.weight.copy_(torch.cat([linear.weight for linear in linears]))
        whole.bias.copy_(torch.cat([linear.bias for linear in linears]))
    return whole


class Int8Linear(nn.Module):
    """A linear map with a scale for each row of its weights, and one for each input (dynamic quantisation; the
    rounding of Jacob et al. 2018)."""

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        weight = linear.weight.detach()
        scales = (weight.abs().amax(dim=1) / _LARGEST).clamp(min=torch.finfo(torch.float32).tiny)
        with warnings.catch_warnings():
            # Some later PyTorch will have another way to say this; the lock file has this one.
            warnings.filterwarnings("ignore", message="torch.quantize_per", category=UserWarning)
            rounded = torch.quantize_per_channel(
                weight, scales.double(), torch.zeros(len(scales), dtype=torch.long), axis=0, dtype=torch.qint8
            )
        self._packed = torch.ops.quantized.linear_prepack(rounded, linear.bias.detach())

    def forward(self, inputs: Tensor) -> Tensor:
        """[…, in] → […, out], in 32-bit floats on both sides."""
        outputs: Tensor = torch.ops.quantized.linear_dynamic.default(inputs, self._packed)
        return outputs
