"""`footnote eval`: measuring retrieval and answers on a data set."""
