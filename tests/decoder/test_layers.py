from __future__ import annotations

import pytest
import torch

from cslm_core.decoder.layers import ConvNext, LayerStream, StackStream, WindowConv


@pytest.mark.parametrize("right", [0, 1, 4])
@pytest.mark.parametrize("pieces", [[1] * 17, [17], [3, 9, 5], [0, 2, 0, 15]])
def test_a_stream_equals_the_whole(right: int, pieces: list[int]) -> None:
    torch.manual_seed(0)
    layers = [WindowConv(6, 8, 5, right), ConvNext(8, 12, 5, right), ConvNext(8, 12, 5, 0)]
    x = torch.randn(1, 17, 6)
    with torch.inference_mode():
        whole = x
        for layer in layers:
            whole = layer(whole)
        stream = StackStream(layers)
        out = [stream.push(piece) for piece in x.split(pieces, dim=1)]
        out.append(stream.finish(x[:, :0]))
    torch.testing.assert_close(torch.cat(out, dim=1), whole)


def test_what_lies_ahead_of_the_window_does_not_matter() -> None:
    torch.manual_seed(0)
    layer = WindowConv(3, 3, 5, 2)
    x = torch.randn(1, 12, 3)
    changed = x.clone()
    changed[:, 9:] += 1
    assert torch.equal(layer(x)[:, :7], layer(changed)[:, :7])
    assert not torch.equal(layer(x)[:, 7], layer(changed)[:, 7])


def test_the_cache_is_bounded() -> None:
    layer = WindowConv(3, 3, 5, 2)
    stream = LayerStream(layer)
    with torch.inference_mode():
        for _ in range(10):
            stream.push(torch.zeros(1, 7, 3))
    assert stream._cache.shape == (1, 4, 3)


def test_a_right_context_must_fit() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        WindowConv(3, 3, 5, 5)
