#!/usr/bin/python3
"""Makes a spreadsheet by openpyxl, as an office would: make_sheet.py TO.xlsx [COVER] <LINES. Cells are
divided by '|'; one is a whole number, a date (2026-05-01), "=..." for a formula, or a text, in which
\\n begins a line. With a word more, an empty sheet stands before it."""
import datetime
import re
import sys

import openpyxl

book = openpyxl.Workbook()
sheet = book.active
if len(sys.argv) > 2:
    sheet.title = sys.argv[2]
    sheet = book.create_sheet()
sheet.title = "form"
for row, line in enumerate(sys.stdin.read().splitlines(), 1):
    for column, text in enumerate(line.split("|"), 1):
        value = text.replace("\\n", "\n")
        if re.fullmatch("[0-9]+", text):
            value = int(text)
        elif re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
            value = datetime.date.fromisoformat(text)
        if text:
            sheet.cell(row, column).value = value
book.save(sys.argv[1])
