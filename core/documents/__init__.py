"""Documents: one neutral tree, and walkers over it to HTML, Markdown, PDF and DOCX.

Read `tree` first (what a document is, its canonical form and hash), then `reading` (cleaned HTML becomes
blocks), `outline` (numbers, anchors, safe links), the walkers `html`, `markdown_writer`, `typst` and
`docx_writer`, and `worker`, which runs them in a child process with limits. Nothing here knows Flask or the
database.
"""
