"""The durable truth: articles, passages, vectors and generations in one database."""
