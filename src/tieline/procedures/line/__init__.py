"""The line itself: invitation, framework, roster, test, message, suspension, correction."""
