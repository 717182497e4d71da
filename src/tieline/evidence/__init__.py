"""Evidence: a line as files that anyone can check, and the checking of a home or such files."""
