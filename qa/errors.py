"""What goes wrong before a question is asked."""

from index.errors import CollectionError

__all__ = ["BusyError", "CollectionError", "SetupError"]


class SetupError(CollectionError):
    """Something has to be set up first; the message says what, in one plain sentence."""


class BusyError(CollectionError):
    """More is asked at once than can be answered soon."""

    def __init__(self) -> None:
        super().__init__("More questions came at once than can be answered; try again in a second.")
