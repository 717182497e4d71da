"""The observer's record: cited, reported statements about talks, and what they add up to."""
