"""Lists of needs and offers as municipalities send them: read, understood and judged, without a database.

`reading` makes a table of a file, `columns` finds out what its columns mean, `judging` says of every row what
can become of it. What is understood stands in docs/municipal-lists.md.
"""
