"""Measuring: `make bench`. Prints figures, each a ratio of two things of one run, and asserts nothing.

Times depend on the machine and on what else it does; ratios of what was measured in turns, a bit of each at a
time, depend on little else than the program.
"""
