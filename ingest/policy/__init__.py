"""What a policy says of itself, whose it is, and which version of it is in force."""
