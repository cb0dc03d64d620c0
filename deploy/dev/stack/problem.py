class Problem(Exception):
    """Why the stack cannot start or go on, as one sentence for the person at the keyboard."""
