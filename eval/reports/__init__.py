"""What a run says, written for people: figures, charts, a page."""
