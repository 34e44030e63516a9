#!/usr/bin/env python3
"""A QR code drawn in half-block characters on standard input, with colours or
without, as a picture for zbarimg: read_qr.py >CODE.pgm"""
import sys

SCALE = 6
rows = []
for line in sys.stdin.buffer.read().decode().splitlines():
    dark = line.startswith("\x1b[38;5;16;48;5;231m")  # what is drawn is dark
    if dark:
        assert line.endswith("\x1b[0m"), "the colours are not put back"
        line = line[len("\x1b[38;5;16;48;5;231m"):-len("\x1b[0m")]
    assert set(line) <= set(" \u2580\u2584\u2588"), "not a code"
    for half in "\u2580\u2588", "\u2584\u2588":
        rows.append([0 if (character in half) == dark else 255 for character in line])
width = len(rows[0])
assert all(len(row) == width for row in rows) and len(rows) in (width, width + 1)
rows = rows[:width]
assert all(value == 255 for row in rows[:4] + rows[-4:] for value in row), "no quiet zone"
assert all(value == 255 for row in rows for value in row[:4] + row[-4:]), "no quiet zone"
out = sys.stdout.buffer
out.write(b"P5 %d %d 255\n" % (width * SCALE, width * SCALE))
for row in rows:
    out.write(bytes(value for value in row for _ in range(SCALE)) * SCALE)
