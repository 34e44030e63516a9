#!/usr/bin/python3
"""Mails, read back through the email module: read_mail.py FILE... writes them as JSON, after it
looked at what RFC 5322 and RFC 2047 say of lines."""
import email
import email.policy
import json
import sys

mails = []
for name in sys.argv[1:]:
    raw = open(name, "rb").read()
    assert raw.endswith(b"\r\n") and raw.count(b"\n") == raw.count(b"\r\n") == raw.count(b"\r"), "lines end in CR LF"
    for line in raw.split(b"\r\n"):
        assert len(line) <= 76, "a line of over 76 octets"
        line.decode("ascii")
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    assert not mail.defects and not any(value.defects for value in mail.values()), "a field could not be read"
    for field in "From", "To", "Date", "Subject", "Message-ID":
        assert len(mail.get_all(field)) == 1, field
    [to] = mail["To"].addresses
    [sender] = mail["From"].addresses
    text = mail.get_content()
    mails.append({"file": name, "to": to.addr_spec, "name": to.display_name, "from": sender.addr_spec,
                  "date": mail["Date"].datetime.isoformat(), "subject": mail["Subject"], "id": mail["Message-ID"],
                  "language": mail["Content-Language"], "text": text,
                  "items": [line[2:] for line in text.splitlines() if line.startswith("- ")]})
json.dump(mails, sys.stdout)
