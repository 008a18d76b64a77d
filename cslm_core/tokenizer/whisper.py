"""Log-mel features and the frozen Whisper encoder behind our quantiser.

The encoder is written out because the Hugging Face class insists on 30-second inputs; here any length up to 30 s is
encoded, which is what makes short questions cheap. Weight names are those of Hugging Face's `WhisperModel.encoder`.
Knows nothing of units.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F

SAMPLE_RATE = 16_000
_FFT, _HOP = 400, 160
FRAME_SAMPLES = 2 * _HOP  # one encoder frame: 20 ms


@dataclass(frozen=True)
class WhisperConfig:
    """Shape of the encoder; the defaults are Whisper base."""

    mels: int = 80
    width: int = 512
    heads: int = 8
    layers: int = 6
    positions: int = 1500


def mel_filters(mels: int) -> Tensor:
    """Slaney-scale mel filter bank, shape (mels, 201), as Whisper was trained with."""
    low_step, log_start = 200.0 / 3, 1000.0
    log_step = 6.4 ** (1 / 27.0)

    def to_hz(mel: Tensor) -> Tensor:
        log_mel_start = log_start / low_step
        return torch.where(mel < log_mel_start, mel * low_step, log_start * log_step ** (mel - log_mel_start))

    top = log_start / low_step + torch.log(torch.tensor(8000.0 / log_start, dtype=torch.float64)) / torch.log(
        torch.tensor(log_step, dtype=torch.float64)
    )
    edges = to_hz(torch.linspace(0, 1, mels + 2, dtype=torch.float64) * top)
    bins = torch.linspace(0, SAMPLE_RATE / 2, _FFT // 2 + 1, dtype=torch.float64)
    rising = (bins[None] - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins[None]) / (edges[2:] - edges[1:-1])[:, None]
    area = 2.0 / (edges[2:] - edges[:-2])
    return (torch.minimum(rising, falling).clamp(min=0) * area[:, None]).float()


def log_mel(pcm: Tensor, filters: Tensor) -> Tensor:
    """Whisper's log-mel of `pcm` (samples,) at 16 kHz: shape (mels, samples // 160), normalised to its own peak."""
    window = torch.hann_window(_FFT)
    spectrum = torch.stft(pcm, _FFT, _HOP, window=window, return_complex=True)[:, :-1].abs().square()
    log = (filters @ spectrum).clamp(min=1e-10).log10()
    return (torch.maximum(log, log.max() - 8.0) + 4.0) / 4.0


class _Attention(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.heads = heads
        self.q_proj = nn.Linear(width, width)
        self.k_proj = nn.Linear(width, width, bias=False)
        self.v_proj = nn.Linear(width, width)
        self.out_proj = nn.Linear(width, width)

    def forward(self, x: Tensor) -> Tensor:
        batch, time, width = x.shape
        q, k, v = (
            f(x).view(batch, time, self.heads, -1).transpose(1, 2) for f in (self.q_proj, self.k_proj, self.v_proj)
        )
        mixed = F.scaled_dot_product_attention(q, k, v)
        return self.out_proj(mixed.transpose(1, 2).reshape(batch, time, width))


class _Layer(nn.Module):
    def __init__(self, width: int, heads: int) -> None:
        super().__init__()
        self.self_attn = _Attention(width, heads)
        self.self_attn_layer_norm = nn.LayerNorm(width)
        self.fc1 = nn.Linear(width, 4 * width)
        self.fc2 = nn.Linear(4 * width, width)
        self.final_layer_norm = nn.LayerNorm(width)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.self_attn(self.self_attn_layer_norm(x))
        return x + self.fc2(F.gelu(self.fc1(self.final_layer_norm(x))))


class WhisperEncoder(nn.Module):
    """Frozen Whisper encoder: 16 kHz waveform in, features at 50 frames/s out."""

    def __init__(self, config: WhisperConfig | None = None) -> None:
        super().__init__()
        self.config = config = config or WhisperConfig()
        self.conv1 = nn.Conv1d(config.mels, config.width, 3, padding=1)
        self.conv2 = nn.Conv1d(config.width, config.width, 3, stride=2, padding=1)
        self.embed_positions = nn.Embedding(config.positions, config.width)
        self.layers = nn.ModuleList(_Layer(config.width, config.heads) for _ in range(config.layers))
        self.layer_norm = nn.LayerNorm(config.width)
        self.register_buffer("filters", mel_filters(config.mels), persistent=False)

    @torch.inference_mode()
    def forward(self, pcm: Tensor) -> Tensor:
        """Features of `pcm` (samples,): shape (samples // 320, width), float32. At most 30 s at a time."""
        mel = log_mel(pcm, self.filters)  # type: ignore[arg-type]
        x = F.gelu(self.conv1(mel[None].to(self.conv1.weight.dtype)))
        x = F.gelu(self.conv2(x)).transpose(1, 2)
        x = x + self.embed_positions.weight[: x.shape[1]]
        for layer in self.layers:
            x = layer(x)
        return self.layer_norm(x)[0].float()
