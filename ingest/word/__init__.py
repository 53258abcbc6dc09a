"""Word and OpenDocument files: what their readers share, from the archive to the written text."""
