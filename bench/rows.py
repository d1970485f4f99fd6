"""A spreadsheet of so many made-up people, none of whom is in the crowd."""

import csv
from collections.abc import Iterator
from pathlib import Path

from portal.demo.names import distinct_names

HEADER = (
    *("name", "phone number", "gender", "birth date", "location", "government id", "bank status"),
    *("phone status", "ward", "household size"),
)
PLACES = ("Kathmandu", "Bardiya", "Surkhet", "Jumla", "Dailekh", "Kailali", "Rukum", "Doti")
NAMES = 5_000


def rows(count: int) -> Iterator[tuple[str, ...]]:
    """The same people each time."""
    names = [name for name, _gender in distinct_names(NAMES, 42)]
    for number in range(count):
        yield (
            names[number * 7919 % NAMES],
            f"984{number * 7919 % 10**7:07d}",
            ("Female", "male", "F", "")[number % 4],
            f"{1 + number % 28:02d}-{1 + number % 12:02d}-{1940 + number * 31 % 65}",
            PLACES[number % len(PLACES)],
            f"{number % 77:02d}-B-{number:07d}",
            ("banked", "unbanked")[number % 2],
            ("Smart phone", "Feature phone", "")[number % 3],
            str(1 + number % 33),
            str(1 + number % 9),
        )


def write_csv(path: Path, count: int) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(rows(count))
    return path


def write_xlsx(path: Path, count: int) -> Path:
    import xlsxwriter

    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_urls": False})
    sheet = book.add_worksheet("People")
    sheet.write_row(0, 0, HEADER)
    for number, row in enumerate(rows(count), 1):
        sheet.write_row(number, 0, row)
    book.close()
    return path
