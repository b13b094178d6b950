"""The trained reader: question and passage together, in one look."""
