#!/usr/bin/python3
"""Fills in a form by openpyxl, as an office would: fill_form.py FORM FILLED CELL=VALUE...
A value is a number, a date (2026-05-01), "=..." for a formula, or a text ('' before it: a
text in any case); a cell of the hidden sheet is written qorgan!B3."""
import datetime
import re
import sys

import openpyxl

book = openpyxl.load_workbook(sys.argv[1])
for argument in sys.argv[3:]:
    place, value = argument.split("=", 1)
    sheet, _, address = place.rpartition("!")
    cell = book[sheet or "form"][address]
    if value.startswith("'"):
        cell.value = value[1:]
        cell.data_type = "s"
    elif re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", value):
        cell.value = float(value) if "." in value else int(value)
    elif re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        cell.value = datetime.date.fromisoformat(value)
    else:
        cell.value = value or None
book.save(sys.argv[2])
