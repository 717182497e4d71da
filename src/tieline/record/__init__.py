"""Who said what, provably: pure values and functions over bytes."""
