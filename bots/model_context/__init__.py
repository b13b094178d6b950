"""Footnote as tools of language models: the Model Context Protocol."""
