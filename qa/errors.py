"""What goes wrong before a question is asked."""

from index.errors import CollectionError

__all__ = ["CollectionError", "SetupError"]


class SetupError(CollectionError):
    """Something has to be set up first; the message says what, in one plain sentence."""
