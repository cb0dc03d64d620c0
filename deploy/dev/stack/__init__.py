"""The development stack: every process of Antiphon on one machine, started, watched and stopped together.

Python's standard library only, so that it runs before anything is installed. One module per concern; `stack.Stack` joins them.
"""
