"""A file as people send it, and the walk of its rows through an import."""

import re
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect

HEADERS = "Full name;Phone number;Gender;Birth date;Age;Village;Ward chief"
LONG_NAME = "نور الهدى عبد الرحمن بن سليمان الحضرمي الشافعي العدني"


@dataclass(frozen=True)
class MessyFile:
    """Semicolons, CRLF, a byte order mark, floats for numbers, blanks behind words, dates that are none.

    `tag` (two digits) keeps its people apart from those of another test: names end in it, phones hold it.
    """

    tag: str

    @property
    def name(self) -> str:
        """The file's name."""
        return f"household list {self.tag}.csv"

    def phone(self, number: int) -> str:
        """A phone number as the registry keeps it."""
        return f"+9779848{self.tag}{number:04d}"

    def person(self, name: str) -> str:
        """Somebody's name in this file."""
        return f"{name} {self.tag}"

    @property
    def content(self) -> bytes:
        """Nine rows of people and a blank one: 4 new, 1 update, 2 possible duplicates, 2 invalid."""
        tag, phone = self.tag, self.phone
        lines = [
            HEADERS,
            f"Sita Tharu {tag};{phone(1)[1:]}.0;F;1990-05-17;36.0;Inaruwa;Dhan Bahadur",
            f"Ram Bahadur K.C. {tag};+977 984-8{tag}0002;Masculin ;31-12-1985;;Duhabi ;",
            f"{LONG_NAME} {tag};98-48{tag}-0003;female;17.05.1979;47;حضرموت;",
            f"Maya Rai {tag};{phone(4)};Féminin;31-02-1990;;Itahari;Dhan Bahadur",
            f"Hari Pun {tag};{phone(2)};male;1971-01-20;55.0;Duhabi;",
            f"Other Name {tag};{phone(6)};female;;28;Itahari;",
            f"Known Already {tag};{phone(7)};female;;31;Belbari;",
            f"Bad Phone {tag};12;male;;44;Belbari;",
            f"Left Alone {tag};{phone(9)};male;;19;Belbari;",
            ";;;;;;",
        ]
        return ("\ufeff" + "\r\n".join(lines) + "\r\n").encode()


def upload(page: Page, file: MessyFile) -> None:
    """From the page of a new import to the columns of the file."""
    page.goto("/imports/new")
    page.get_by_label("File").set_input_files(
        {"name": file.name, "mimeType": "text/csv", "buffer": file.content}
    )
    page.get_by_role("button", name="Look at the file").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What are the columns?")


def becomes(page: Page, header: str) -> Locator:
    """The choice of what a column becomes."""
    return page.get_by_role("combobox", name=f"What the column “{header}” becomes")


def check(page: Page) -> None:
    """From the columns to the review, through the page of the check."""
    page.get_by_role("button", name="Check the rows").click()
    expect(page).to_have_url(re.compile("/review$"), timeout=30_000)
    page.wait_for_load_state()


def row_of(page: Page, name: str) -> Locator:
    """Somebody's row in a table."""
    return page.locator("tbody tr", has=page.get_by_role("rowheader", name=name, exact=True))


def show(page: Page, verdict: str) -> None:
    """Only the rows with a verdict, or "All"."""
    link = page.get_by_label("Rows by verdict").get_by_role("link", name=re.compile(rf"^\s*{verdict}\b"))
    link.click()
    expect(link).to_have_attribute("aria-current", "true")


def counts(page: Page) -> dict[str, int]:
    """How many rows each verdict has, as the review says it."""
    texts = page.get_by_label("Rows by verdict").get_by_role("link").all_inner_texts()
    return {words.strip(): int(number) for words, number in (text.rsplit(None, 1) for text in texts)}
