"""What stops an evaluation before it measures anything."""


class EvaluationError(Exception):
    """A set, the floors or the model cannot be used; the message says which, where and what to do."""
