"""Texts of a session's page, in English and Spanish. `texts.py` adds them to the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SESSION_TEXTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "session.nobody": "Nobody is here to talk to you right now.",
        "session.closed": "We are closed right now.",
        "session.closed_until": "We are closed right now. We open again on {time}.",
        "session.hours": "Opening hours",
        "session.zone": "Times are those of {zone}.",
        "session.day_closed": "Closed",
        "session.about": "What you want to talk about",
        "session.ticket": "Subject",
        "callback.title": "Ask to be called back",
        "callback.lead": "{tenant} gets your request. We cannot tell you when they will call.",
        "callback.name": "Name",
        "callback.phone": "Phone number",
        "callback.wanted": "When is a good time?",
        "callback.wanted_hint": "For example: tomorrow after 3 pm",
        "callback.note": "Is there anything that we should know?",
        "callback.agree": "Please call me at this number",
        "callback.send": "Call me back",
        "callback.asked.title": "Your request has been sent",
        "callback.asked": "{tenant} has your request of {time} to be called back.",
        "callback.change": "If something is wrong or has changed, contact {tenant}.",
        "callback.see": "See my request",
        "callback.taken": "On {time}, somebody at {tenant} took on your request to be called back.",
    },
    "es": {
        "session.nobody": "En este momento no hay nadie que pueda atenderle aquí.",
        "session.closed": "En este momento está cerrado.",
        "session.closed_until": "En este momento está cerrado. Volvemos a abrir el {time}.",
        "session.hours": "Horario de atención",
        "session.zone": "Las horas son las de {zone}.",
        "session.day_closed": "Cerrado",
        "session.about": "De qué quiere hablar",
        "session.ticket": "Asunto",
        "callback.title": "Pida que le llamen",
        "callback.lead": "{tenant} recibirá su solicitud. No podemos decirle cuándo le llamarán.",
        "callback.name": "Nombre",
        "callback.phone": "Teléfono",
        "callback.wanted": "¿Cuándo le viene bien?",
        "callback.wanted_hint": "Por ejemplo: mañana a partir de las 15:00",
        "callback.note": "¿Hay algo que debamos saber?",
        "callback.agree": "Llámenme a este número",
        "callback.send": "Solicitar la llamada",
        "callback.asked.title": "Su solicitud se ha enviado",
        "callback.asked": "{tenant} tiene su solicitud de llamada del {time}.",
        "callback.change": "Si algo no es correcto o ha cambiado, póngase en contacto con {tenant}.",
        "callback.see": "Ver mi solicitud",
        "callback.taken": "El {time}, alguien de {tenant} se hizo cargo de su solicitud de llamada.",
    },
}
