"""Datasets of the project's own making, which are there without any network.

`shipped:choices` asks for one of four letters, `shipped:arithmetic` for a number. They tell a model that works from one
that does not, and little more: for that they are too small.
"""
