"""Papers: briefs, timelines, ladders, readouts and calendars, made from answers for people."""
