"""How new rows of the joint LM start."""

import torch

from trainer.lm.start import half_remembered, read_alike

TAO, LAO, TU, LU, A = ("t", "ao2"), ("l", "ao2"), ("t", "u3"), ("l", "u3"), ("a1",)


def test_unknown_characters_sound_like_those_that_are_read_alike() -> None:
    rows = torch.tensor([[1.0, 0, 0], [3.0, 0, 0], [0, 4.0, 0], [0, 0, 7.0], [0, 0, 5.0]])
    changed = read_alike(rows, [TAO, TAO, LU, TAO, TAO], [True, True, True, False, False])
    assert torch.equal(changed[:3], rows[:3])
    # the mean of the two that are known, and what sets it apart from the other unknown one
    assert torch.allclose(changed[3:], torch.tensor([[2.0, 0, 1.0], [2.0, 0, -1.0]]))


def test_a_syllable_that_no_known_character_has_sounds_like_its_parts() -> None:
    table = {TAO: [1.0, 0, 0, 1], LAO: [0, 1.0, 0, 1], TU: [1.0, 0, 1, 0], LU: [0, 1.0, 1, 0]}
    for left_out in (TAO, LAO, TU, LU):
        rows = torch.tensor([*(row for s, row in table.items() if s != left_out), [9.0, 9, 9, 9]])
        syllables = [*(s for s in table if s != left_out), left_out]
        changed = read_alike(rows, syllables, [True, True, True, False])[3]
        wanted = torch.tensor(table[left_out])
        nearest = max(table, key=lambda s: float(torch.cosine_similarity(changed, torch.tensor(table[s]), 0)))
        assert nearest == left_out, (changed, wanted)


def test_nothing_changes_where_all_or_none_is_known() -> None:
    rows = torch.randn(3, 4)
    for known in (True, False):
        assert torch.equal(read_alike(rows, [TAO, LU, A], [known] * 3), rows)


def test_pieces_that_are_hardly_met_go_half_way_back() -> None:
    rows, pretrained = torch.full((3, 2), 4.0), torch.full((3, 2), 2.0)
    assert half_remembered(rows, pretrained, [0, 4, 5]).tolist() == [[3.0, 3.0], [3.0, 3.0], [4.0, 4.0]]
