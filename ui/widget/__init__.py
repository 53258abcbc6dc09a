"""Help for the intranet: a button and panel for any page, and a page for pages that only frame."""
