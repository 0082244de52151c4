"""The tables of arithmetic.md, row by row, as tables in docstrings that the tests read."""
