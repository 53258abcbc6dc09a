"""A language model words the answer; `verify` decides what of it is said. See docs/adr/0011."""
