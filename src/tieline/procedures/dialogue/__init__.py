"""The talks themselves: mechanisms, rounds, seats, contacts, texts, commitments, measures."""
