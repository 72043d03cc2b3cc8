"""Content of the PDF of what was sent, for `functions/receipts/receipt.typ`. Everything in it is text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linkgate.dialects.recipient.answers import said, texts_of
from linkgate.dialects.recipient.fields import fields_of, with_uploads
from linkgate.dialects.recipient.file_parts import ids_of, size_shown
from linkgate.dialects.recipient.labels import labelled
from linkgate.dialects.recipient.shown import rows_of
from linkgate.model.colours import accent
from linkgate.model.moments import in_words
from linkgate.model.reference import reference_of
from linkgate.model.time_zones import time_zone
from linkgate.pages.frame import Brand
from linkgate.pages.typesetting import told
from linkgate.texts import DEFAULT_LANGUAGE, cldr, offered, page_texts
from linkgate.usecases.definitions import translated_title
from linkgate.usecases.form_parts import word
from linkgate.usecases.form_signatures import signature_in, statement_of
from linkgate.usecases.form_steps import steps_of
from linkgate.usecases.pointers import value_at

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from linkgate.dialects.recipient.fields import Field
    from linkgate.usecases.visits.viewing import View

_INK = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 600 200"><path d="{}" fill="none" stroke="#000"'
    ' stroke-width="3" stroke-linecap="round" stroke-linejoin="round"/></svg>'
)


def receipt_content(view: View, language: str | None = None) -> dict[str, Any]:
    """Return the content, in the language of the page from which the form was sent, or else the recipient's."""
    language = language or _language(view)
    link, tenant = view.link, view.tenant
    reference, text = reference_of(link.master_rid), _Texts(view, language)
    steps, fields = steps_of(view.schema), with_uploads(fields_of(view.schema, language), view.uploads)
    parts = [
        (word(step.words, "title", language), [each for each in fields if step.has(each.pointer)]) for step in steps
    ]
    # Signatures followed the review of all steps.
    parts += [("", [each for each in fields if not steps or each.control == "signature"])]
    sections = [{"title": told(title), "rows": text.rows(asked)} for title, asked in parts]
    test = [text("test.banner")] if link.test else []
    signed = any("signed" in row for section in sections for row in section["rows"])
    return {
        "title": text("pdf.title"),
        "author": tenant.name,
        "language": language,
        "rtl": cldr(language)["direction"] == "rtl",
        "colour": accent(tenant.colour),
        "footer": " \N{MIDDLE DOT} ".join([tenant.name, reference, *test]),
        "page": text.around("pdf.page", "{number}", "{total}"),
        "lead": told("\n".join([*test, text("receipt.text", time=text.time())])),
        "facts": text.facts(reference),
        "sections": [section for section in sections if section["rows"]],
        "notes": [told(text("pdf.signatures"))] if signed else [],
    }


def missing_text(view: View) -> str:
    """Return the note about characters that no font has."""
    return page_texts(_language(view))["pdf.missing"]


def _language(view: View) -> str:
    receipt = view.link.receipt
    return offered((receipt.language if receipt else None) or view.link.recipient.locale) or DEFAULT_LANGUAGE


class _Texts:
    """Words of a receipt in one language."""

    def __init__(self, view: View, language: str) -> None:
        self._view = view
        self._language = language
        self._brand = Brand(language, "", view.tenant)

    def __call__(self, key: str, **values: object) -> str:
        return page_texts(self._language)[key].format(tenant=self._view.tenant.name, **values)

    def around(self, key: str, *places: str) -> list[str]:
        """Return what stands before, between and after the places of numbers."""
        left, found = page_texts(self._language)[key], []
        for place in places:
            part, _, left = left.partition(place)
            found.append(part)
        return [*found, left]

    def time(self) -> str:
        """Return when it was sent, in the time zone of the contact or the tenant, or else in UTC."""
        link = self._view.link
        at = link.submitted_at or link.created_at
        zones = (time_zone(name) for name in (link.recipient.time_zone, self._view.tenant.time_zone) if name)
        zone = next((zone for zone in zones if zone), None)
        return in_words(at.astimezone(zone) if zone else at, self._language)

    def facts(self, reference: str) -> list[dict[str, Any]]:
        definition, link = self._view.definition, self._view.link
        title = translated_title(definition, self._language) if definition else ""
        facts = [
            ("receipt.reference", reference),
            ("pdf.form", title),
            ("pdf.version", link.version or ""),
            ("pdf.link", link.master_rid),
        ]
        return [_row(self(key), value) for key, value in facts if value]

    def rows(self, fields: Sequence[Field]) -> list[dict[str, Any]]:
        """Return the answers of questions, each with its label. Those without an answer are left out."""
        data = self._view.submission or {}
        texts = texts_of(fields, data)
        rows = [self._answer(label, field, texts.get(field.pointer, ()), data) for label, field in labelled(fields)]
        return [row for row in rows if any(value["text"] for value in row["values"]) or "svg" in row]

    def _answer(self, label: str, field: Field, texts: Sequence[str], data: Mapping[str, object]) -> dict[str, Any]:
        words = {"true": self("form.yes"), "false": self("form.no")}
        if field.control == "shown":
            found = rows_of(value_at(data, field.pointer), field.schema, words, self._language)
            return _row(label, *(f"{name}: {text}" if name else text for name, text in found if text))
        if field.control == "file":
            return _row(label, *(line for each in ids_of(texts) for line in self._file(field, each)))
        if field.control == "signature":
            return self._signature(label, field, texts[0] if texts else "")
        return _row(label, said(field, texts, words, self._language))

    def _file(self, field: Field, file_id: str) -> list[str]:
        file = field.uploads.get(file_id)
        if file is None:
            return []
        if not file.sha256:
            return [file.name]  # nothing is known of it until it is checked
        return [f"{file.name} ({size_shown(self._brand, file.size)})", f"SHA-256: {file.sha256}"]

    def _signature(self, label: str, field: Field, text: str) -> dict[str, Any]:
        signature = signature_in(text)
        if signature is None:
            return _row(label)
        said_by = [statement_of(field.schema, self._language)]
        signed = [self("pdf.signed", hash=signature.signed)] if signature.signed else []
        row = {**_row(label, *filter(None, [signature.name, *said_by, *signed])), "signed": True}
        if signature.path:
            row |= {"svg": _INK.format(signature.path), "alt": self("pdf.drawn")}
        return row


def _row(label: str, *values: str) -> dict[str, Any]:
    return {"label": told(label), "values": [told(value) for value in values]}
