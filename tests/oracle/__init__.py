"""An independent reading of the arithmetic: plain Python, day by day, nothing taken from the program's own rules."""
