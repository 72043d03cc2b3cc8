"""Questions of a form that ask for files: their words in its schema, and what they allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from linkgate.lazy_dataclass import dataclass
from linkgate.model.file import LARGEST
from linkgate.model.file_kinds import FileKind
from linkgate.usecases.form_parts import items_of, kind_of, once_a_form, properties
from linkgate.usecases.pointers import escaped

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from linkgate.usecases.form_parts import Schema

    Fault = tuple[str, str]
    """JSON Pointer into the schema, and a sentence without a subject."""

FILE = "file"
"""Value of `format`."""
WORD = "x-file"
DEFAULT_SIZE = 10_000_000
"""Greatest number of bytes where a question names no `max`."""
MOST = 20
"""Greatest number of files of one question."""

_PICTURES = (FileKind.JPEG, FileKind.PNG, FileKind.WEBP, FileKind.HEIC)
_GROUPS = {"image": _PICTURES, **{kind.value: (kind,) for kind in FileKind}}
_WORDS = ("kinds", "max", "camera")
_USUAL_KINDS = ("image", "pdf")
_PHOTOS = frozenset({"image", FileKind.JPEG.value})
"""Kinds that take what the camera of a phone makes."""


@dataclass(frozen=True, slots=True)
class FileRule:
    """Files that a question takes."""

    kinds: tuple[FileKind, ...]
    size: int
    """Greatest number of bytes of a file."""
    camera: bool
    """True if a phone offers to take a photo."""
    most: int
    """Greatest number of files."""
    several: bool
    """True if the answer is a list."""


def asks_for_file(part: Schema) -> bool:
    """Tell whether a question asks for a file, or for several."""
    asked = items_of(part) if kind_of(part) == "array" else part
    return asked.get("format") == FILE and kind_of(asked) in {"string", None}


@once_a_form
def takes_files(schema: Schema) -> bool:
    """Tell whether a form asks for files anywhere, in the entries of its groups, too."""
    return _takes_files(schema)


def _takes_files(schema: Schema) -> bool:
    return any(
        _takes_files(part) or _takes_files(items_of(part)) or asks_for_file(part)
        for part in properties(schema).values()
    )


def file_rule(part: Schema) -> FileRule:
    """Return what a question takes that asks for files."""
    several = kind_of(part) == "array"
    words = (items_of(part) if several else part).get(WORD, part.get(WORD))
    said = words if isinstance(words, dict) else {}
    names = said.get("kinds", _USUAL_KINDS)
    most = part.get("maxItems")
    return FileRule(
        tuple(dict.fromkeys(kind for name in names for kind in _GROUPS.get(name, ()))),
        said.get("max", DEFAULT_SIZE),
        said.get("camera") is True and bool(_PHOTOS.intersection(names)),
        min(most, MOST) if isinstance(most, int) else MOST if several else 1,
        several,
    )


def file_fields(schema: Schema, pointer: str = "") -> Mapping[str, FileRule]:
    """Return the questions that ask for files, by their pointers."""
    found: dict[str, FileRule] = {}
    for name, part in properties(schema).items():
        place = f"{pointer}/{escaped(name)}"
        if properties(part):
            found |= file_fields(part, place)
        elif part.get("readOnly") is not True and asks_for_file(part):
            found[place] = file_rule(part)
    return found


def texts_in(value: object, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Yield each text in the data with the pointer of its answer. The entries of a list of texts share one."""
    if isinstance(value, str):
        yield pointer, value
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from texts_in(inner, f"{pointer}/{escaped(name)}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from texts_in(inner, pointer if isinstance(inner, str) else f"{pointer}/{number}")


def word_faults(value: object, part: Schema, place: str) -> Iterator[Fault]:
    """Yield the faults of the word `x-file`."""
    if not asks_for_file(part):
        yield place, "is for a text with `format: file`"
        return
    if not isinstance(value, dict):
        yield place, f"must say what files are taken; there are: {', '.join(_WORDS)}"
        return
    for word in sorted(value.keys() - {*_WORDS}):
        yield f"{place}/{escaped(word)}", f"is nothing that a file has; there are: {', '.join(_WORDS)}"
    kinds = value.get("kinds", [*_USUAL_KINDS])
    if not isinstance(kinds, list) or not kinds:
        yield f"{place}/kinds", f"must be a list of: {', '.join(_GROUPS)}"
    else:
        for number, kind in enumerate(kinds):
            if kind not in _GROUPS:
                yield f"{place}/kinds/{number}", f"is no kind of file; there are: {', '.join(_GROUPS)}"
    size = value.get("max", 1)
    if not isinstance(size, int) or isinstance(size, bool) or not 1 <= size <= LARGEST:
        yield f"{place}/max", f"must be a number of bytes up to {LARGEST}"
    if not isinstance(value.get("camera", False), bool):
        yield f"{place}/camera", "must be true or false"
    elif value.get("camera") and isinstance(kinds, list) and not _PHOTOS.intersection(map(str, kinds)):
        yield f"{place}/camera", "takes a photo, which is a JPEG, and `kinds` names neither `image` nor `jpeg`"
