"""What an officer or administrator does with a node, step by step; the keys stay on this side."""
