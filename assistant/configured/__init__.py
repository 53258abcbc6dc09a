"""Settings as they are found: in the environment and a file, checked, explained, judged safe."""
