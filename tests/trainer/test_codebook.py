"""k-means: the blobs are found, empty centres are used again, and the seed decides all else."""

import pytest
import torch

from trainer.tokenizer.codebook import kmeans


def blobs(each: int, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    middles = torch.tensor([[0.0, 0], [10, 0], [0, 10], [10, 10]])
    noise = torch.randn(4, each, 2, generator=torch.Generator().manual_seed(seed))
    return middles, (middles[:, None] + 0.1 * noise).flatten(0, 1)


def test_blobs_are_found() -> None:
    middles, vectors = blobs(50)
    centres = min((kmeans(vectors, 4, seed=s) for s in range(5)), key=lambda c: torch.cdist(vectors, c).amin(1).sum())
    assert (torch.cdist(middles, centres).amin(1) < 0.1).all()


def test_the_same_seed_gives_the_same_centres() -> None:
    _, vectors = blobs(50)
    assert torch.equal(kmeans(vectors, 7, seed=3), kmeans(vectors, 7, seed=3))
    assert not torch.equal(kmeans(vectors, 7, seed=3), kmeans(vectors, 7, seed=4))


def test_each_vector_may_have_its_own_centre() -> None:
    vectors = torch.arange(6.0)[:, None]
    assert kmeans(vectors, 6).sort(0).values.tolist() == vectors.tolist()


def test_equal_vectors_leave_no_centre_empty_handed() -> None:
    centres = kmeans(torch.ones(20, 3), 4)
    assert torch.equal(centres, torch.ones(4, 3))


def test_no_more_than_the_limit_is_used() -> None:
    _, vectors = blobs(100)
    assert kmeans(vectors, 4, limit=40).shape == (4, 2)


def test_too_few_vectors_are_refused() -> None:
    with pytest.raises(ValueError, match="3 vectors are too few for 4 codes"):
        kmeans(torch.randn(3, 2), 4)
