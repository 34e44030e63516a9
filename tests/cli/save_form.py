#!/usr/bin/python3
"""Saves a workbook as LibreOffice would, by openpyxl, zipfile and csv: save_form.py BOOK.xlsx
TO.ods|TO.csv [OLD==>NEW...]. A replacement is done once in what is written, and must be possible."""
import csv
import datetime
import io
import sys
import zipfile
from xml.sax.saxutils import escape, quoteattr

import openpyxl

book = openpyxl.load_workbook(sys.argv[1])


def ods_cell(value):
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, datetime.date):
        return f'<table:table-cell office:value-type="date" office:date-value="{value:%Y-%m-%d}"><text:p>x</text:p></table:table-cell>'
    if isinstance(value, (int, float)):
        return f'<table:table-cell office:value-type="float" office:value="{value}"><text:p>x</text:p></table:table-cell>'
    lines = "".join(f"<text:p>{escape(line)}</text:p>" for line in str(value).split("\n"))
    return f'<table:table-cell office:value-type="string"><office:annotation><text:p>help</text:p></office:annotation>{lines}</table:table-cell>'


def ods(sheets):
    parts = ['<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body><office:spreadsheet>']
    for sheet in sheets:
        parts.append(f"<table:table table:name={quoteattr(sheet.title)}>")
        for row in sheet.iter_rows(values_only=True):
            cells = "".join(map(ods_cell, row))
            parts.append(f'<table:table-row>{cells}<table:table-cell table:number-columns-repeated="{16384 - len(row)}"/></table:table-row>')
        parts.append('<table:table-row table:number-rows-repeated="1048000"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>')
        parts.append("</table:table>")
    return "".join(parts) + "</office:spreadsheet></office:body></office:document-content>"


def table(sheet):
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    for row in sheet.iter_rows(values_only=True):
        writer.writerow(["" if v is None else f"{v:%d.%m.%Y}" if isinstance(v, datetime.date) else v for v in row])
    return "\ufeff" + text.getvalue()


content = ods(book.worksheets) if sys.argv[2].endswith(".ods") else table(book["form"])
for change in sys.argv[3:]:
    old, new = change.split("==>", 1)
    assert old in content, old
    content = content.replace(old, new, 1)
if sys.argv[2].endswith(".ods"):
    with zipfile.ZipFile(sys.argv[2], "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("content.xml", content)
else:
    open(sys.argv[2], "w", encoding="utf-8", newline="").write(content)
