"""Sentences about what is wrong with a field, in English and Spanish. `pages/texts.py` has all other texts of pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

FAULT_TEXTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "fault.required": "Fill in this field.",
        "fault.choose": "Choose an option.",
        "fault.nothing": "Answer at least one question.",
        "fault.agree": "Tick this box to continue.",
        "fault.number": "Enter a number using digits only, such as 1250 or 12.50.",
        "fault.integer": "Enter a whole number using digits only, such as 1250.",
        "fault.minLength": "Enter at least {limit} characters.",
        "fault.maxLength": "Enter at most {limit} characters.",
        "fault.minimum": "Enter {limit} or more.",
        "fault.maximum": "Enter {limit} or less.",
        "fault.exclusiveMinimum": "Enter more than {limit}.",
        "fault.exclusiveMaximum": "Enter less than {limit}.",
        "fault.minItems": "Choose at least {limit}.",
        "fault.maxItems": "Choose at most {limit}.",
        "fault.date": "Enter a real date.",
        "fault.email": "Enter an e-mail address, such as name@example.com.",
        "fault.phone": "Enter a phone number with its country code, such as +44 7700 900123.",
        "fault.pattern": "This is not in the expected format.",
        "fault.readOnly": "This cannot be changed here.",
        "fault.stale": "Somebody else changed this answer. Check it, then send again to keep yours.",
        "fault.given": "Another person has filled this in, so what you wrote here was not kept.",
        "fault.awaited": "Another person has to fill this in or correct it first.",
        "fault.unseen": "Another person has to fill in or correct something that is not on your page.",
        "fault.other": "This answer is not accepted.",
    },
    "es": {
        "fault.required": "Complete este campo.",
        "fault.choose": "Elija una opción.",
        "fault.nothing": "Responda al menos a una pregunta.",
        "fault.agree": "Marque esta casilla para continuar.",
        "fault.number": "Escriba un número usando solo cifras, como 1250 o 12,50.",
        "fault.integer": "Escriba un número entero usando solo cifras, como 1250.",
        "fault.minLength": "Escriba al menos {limit} caracteres.",
        "fault.maxLength": "Escriba como máximo {limit} caracteres.",
        "fault.minimum": "Escriba {limit} o más.",
        "fault.maximum": "Escriba {limit} o menos.",
        "fault.exclusiveMinimum": "Escriba más de {limit}.",
        "fault.exclusiveMaximum": "Escriba menos de {limit}.",
        "fault.minItems": "Elija al menos {limit}.",
        "fault.maxItems": "Elija como máximo {limit}.",
        "fault.date": "Escriba una fecha real.",
        "fault.email": "Escriba un correo electrónico, como nombre@ejemplo.com.",
        "fault.phone": "Escriba un teléfono con su prefijo de país, como +34 612 345 678.",
        "fault.pattern": "No tiene el formato esperado.",
        "fault.readOnly": "Esto no se puede cambiar aquí.",
        "fault.stale": "Otra persona cambió esta respuesta. Revísela y envíe de nuevo para conservar la suya.",
        "fault.given": "Otra persona ya lo ha completado, así que lo que escribió aquí no se ha guardado.",
        "fault.awaited": "Antes, otra persona tiene que completarlo o corregirlo.",
        "fault.unseen": "Otra persona tiene que completar o corregir algo que no está en su página.",
        "fault.other": "Esta respuesta no se admite.",
    },
}
