"""Evidence without a trained cross-encoder: words, names, numbers and sentence vectors."""
