"""What to send and what to keep, decided without sending or writing."""
