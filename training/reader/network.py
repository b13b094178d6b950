"""The reader as a network to train: an encoder, heads for span, relevance, answerability."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor, nn
from transformers import BertModel


class Outputs(NamedTuple):
    """What the reader says of a batch of question and passage pairs.

    `starts` and `ends` (batch, tokens): logits of the answer's first and last token; the first
    token of all stands for "no answer". `relevance` and `answerable` (batch,): logits.
    """

    starts: Tensor
    ends: Tensor
    relevance: Tensor
    answerable: Tensor


class ReaderNetwork(nn.Module):  # type: ignore[misc]
    """MiniLM with a span head on every token and two judgements on the first one.

    The null answer in the span head follows Devlin et al. (2019), section 4.3.
    """

    def __init__(self, encoder: BertModel) -> None:
        super().__init__()
        width = encoder.config.hidden_size
        self.encoder = encoder
        self.span = nn.Linear(width, 2)
        self.pooling = nn.Linear(width, width)
        self.judgement = nn.Linear(width, 2)

    def forward(self, token_ids: Tensor, segments: Tensor, mask: Tensor) -> Outputs:
        """All arguments int64 (batch, tokens); `mask` is 0 on padding."""
        hidden = self.encoder(
            input_ids=token_ids, token_type_ids=segments, attention_mask=mask
        ).last_hidden_state
        starts, ends = self.span(hidden).unbind(dim=-1)
        pooled = torch.tanh(self.pooling(hidden[:, 0]))
        relevance, answerable = self.judgement(pooled).unbind(dim=-1)
        return Outputs(starts, ends, relevance, answerable)


def new_network(weights: Path) -> ReaderNetwork:
    """The network before training: the encoder in folder `weights`, fresh heads."""
    # On a processor, attention without dropout and written out trains twice as fast as the fused.
    encoder = BertModel.from_pretrained(
        weights,
        add_pooling_layer=False,
        attention_probs_dropout_prob=0.0,
        attn_implementation="eager",
    )
    # The words' vectors are good already, and half of all weights: leaving them saves time.
    encoder.embeddings.word_embeddings.weight.requires_grad_(False)
    return ReaderNetwork(encoder)
