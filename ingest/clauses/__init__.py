"""Text with marks to clauses: lines, blocks, headings, lists, labels. Pure."""
