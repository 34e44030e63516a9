#!/usr/bin/python3
"""A spreadsheet as JSON, by openpyxl, which knows nothing of Qorgan: read_xlsx.py FILE
prints {"properties", "sheets": [{"name", "rows", "cells", ...}]}. `rows` holds the values: dates as
text, numbers as they are; a formula is {"formula": "..."}, so that it equals no text.
`cells` says by address how a cell is shown. With --values there are the rows only."""
import datetime
import json
import sys
import zipfile

import openpyxl


def value_of(cell):
    value = cell.value
    if cell.data_type == "f":
        return {"formula": str(value)}
    if cell.data_type == "e":
        return {"error": str(value)}
    if isinstance(value, datetime.datetime):
        assert value.time() == datetime.time(0), "a date with a time"
        return value.date().isoformat()
    return value


def colour_of(colour):
    return "#" + colour.rgb[2:].lower() if colour is not None and colour.type == "rgb" else ""


def look_of(cell):
    look = {"type": "date" if cell.is_date else {"s": "text", "inlineStr": "text", "n": "number"}.get(cell.data_type, cell.data_type)}
    if cell.number_format != "General":
        look["format"] = cell.number_format
    if cell.fill.fill_type == "solid":
        look["ground"] = colour_of(cell.fill.fgColor)
        look["letters"] = colour_of(cell.font.color) or "#000000"
    if cell.alignment.wrap_text:
        look["wrap"] = True
    if cell.font.b:
        look["bold"] = True
    if cell.comment:
        look["comment"] = cell.comment.text
    if cell.hyperlink:
        look["link"] = cell.hyperlink.location
    if not cell.protection.locked:
        look["unlocked"] = True
    return look


def validation_of(validation):
    return {"cells": str(validation.sqref), "type": validation.type, "formula": validation.formula1,
            "formula2": validation.formula2, "title": validation.errorTitle, "says": validation.error,
            "prompt": validation.prompt}


def sheet_of(sheet, brief):
    result = {"name": sheet.title, "rows": [[value_of(cell) for cell in row] for row in sheet.iter_rows()]}
    if brief:
        return result
    result["cells"] = {cell.coordinate: look_of(cell) for row in sheet.iter_rows() for cell in row
                       if cell.has_style and hasattr(cell, "is_date")}
    result.update(
        state=sheet.sheet_state, freeze=sheet.freeze_panes, filter=sheet.auto_filter.ref,
        header=[sheet.oddHeader.left.text, sheet.oddHeader.center.text, sheet.oddHeader.right.text],
        footer=[sheet.oddFooter.left.text, sheet.oddFooter.center.text, sheet.oddFooter.right.text],
        repeat=sheet.print_title_rows, charts=len(sheet._charts), protected=sheet.protection.sheet,
        widths={key: dimension.width for key, dimension in sheet.column_dimensions.items()},
        hidden=[key for key, dimension in sheet.column_dimensions.items() if dimension.hidden],
        validations=[validation_of(validation) for validation in sheet.data_validations.dataValidation],
        conditional=[str(area.sqref) for area in sheet.conditional_formatting])
    return result


brief = "--values" in sys.argv
name = [argument for argument in sys.argv[1:] if not argument.startswith("--")][0]
book = openpyxl.load_workbook(name)
with zipfile.ZipFile(name) as archive:
    assert archive.testzip() is None
    parts = {entry.filename: archive.read(entry) for entry in archive.infolist()}
properties = book.properties
json.dump({
    "title": properties.title, "subject": properties.subject, "keywords": properties.keywords,
    "created": properties.created.isoformat(),
    "parts": sorted(parts),
    "external": sorted(part for part, content in parts.items()
                       if part.endswith(".rels") and b"TargetMode=\"External\"" in content),
    "charts": [content.decode() for part, content in sorted(parts.items()) if part.startswith("xl/charts/")],
    "sheets": [sheet_of(sheet, brief) for sheet in book],
}, sys.stdout, ensure_ascii=False, default=str)
