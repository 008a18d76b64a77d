"""Corpora, alignment, training and evaluation of CSLM packs. Importing this package loads nothing heavy."""

from cslm_core.threads import wait_asleep

wait_asleep()  # here too, since modules of this package import torch before the core
