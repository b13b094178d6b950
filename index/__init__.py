"""Articles in, passages found: reading, chunking, embedding, the catalogue and search."""
