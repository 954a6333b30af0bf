"""The errors that bytes of unknown or hostile content raise."""


class FormatError(ValueError):
    """Content that cannot be taken as a file of results. The message is one line, meant for the sender."""


class TooLargeError(FormatError):
    """Content that is larger than the settings allow, or a bomb."""
