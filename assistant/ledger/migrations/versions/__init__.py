"""A step a module, named for what it brings; `revision` and `down_revision` say the order."""
