#!/usr/bin/python3
"""A calendar, read back through the icalendar module: read_ics.py FILE writes its events as
JSON, after it looked at what RFC 5545 says of lines."""
import json
import re
import sys

import icalendar

raw = open(sys.argv[1], "rb").read()
assert raw.endswith(b"\r\n") and raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r"), "lines end in CR LF"
for line in raw.split(b"\r\n"):
    assert len(line) <= 75, "a line of over 75 octets"
    line.decode()  # none is folded within a character
for line in raw.replace(b"\r\n ", b"").decode().split("\r\n"):
    if line.startswith(("SUMMARY:", "DESCRIPTION:", "X-WR-CALNAME:")):
        assert not re.search(r"(?<!\\)(\\\\)*[,;]", line), "what parts a value is not escaped"
calendar = icalendar.Calendar.from_ical(raw)
assert calendar["VERSION"] == "2.0" and calendar["PRODID"]
events = [{"uid": str(event["UID"]), "date": str(event["DTSTART"].dt), "stamp": event["DTSTAMP"].to_ical().decode(),
           "sequence": int(event["SEQUENCE"]), "summary": str(event["SUMMARY"]), "what": str(event["CATEGORIES"].cats[0]),
           "class": str(event.get("CLASS", ""))}
          for event in calendar.walk("VEVENT")]
assert not any(event.errors for event in calendar.walk()), "a property could not be read"
assert len({event["uid"] for event in events}) == len(events), "two events have one UID"
json.dump(events, sys.stdout)
