"""How marked-up text is read: encoding, styles, what is seen of a page, its parts and tables."""
