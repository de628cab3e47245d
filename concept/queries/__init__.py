"""What can be read of a concept: `concepts` finds records, `contents` makes plain data of whole chapters.

`records` is how one row becomes plain data.
"""
