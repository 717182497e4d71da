"""Where and when: positions, shapes, windows, bands of height, and volumes, on WGS84.

Values are whole numbers (1e-7 degree, metres, milliseconds), because what parties sign and hash
must be the same on every machine. What is computed from them with floats stays outside of values.
"""
