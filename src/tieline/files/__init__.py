"""Files of other programs: what they hold becomes notifications, and ours becomes theirs.

GeoJSON, KML, GPX and sheets are read; GeoJSON, KML, CAP, iCalendar and pictures are written. A file
from elsewhere is a stranger's: everything has a limit, and what could not be read is said.
"""
