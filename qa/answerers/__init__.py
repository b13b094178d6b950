"""Ways to make an answer from found passages."""
