"""A line as a picture: what its parties said there, as statements that every answer can cite."""

from tieline.answers.online.picture import picture_of_line, record_of_line

__all__ = ["picture_of_line", "record_of_line"]
