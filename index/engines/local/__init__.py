"""The engine of one machine: exact FAISS search over mapped vectors, BM25 in Tantivy."""
