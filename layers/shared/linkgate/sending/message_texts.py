"""The words of every message, by language and key, and how a tenant's own wording replaces them.

A key is `<message>.<part>`; messages are the kinds of link, `code`, `notice`, the occasions `reminder` and `resend`,
and `link` for what all kinds share. A tenant's own text stands under `<key>`, or under `<language>.<key>` for one
language only.
Texts are plain; what stands in braces is filled in. `{link}`, `{code}` and `{subject}` must stay where they are, others
may be left out. `{title}` is the tenant's title of the process, resource type, campaign or category, or the text
`untitled` where it has none. Subjects show on locked screens, so a document is not named there; a survey does not show
its campaign's title, which is an internal name with many tenants. Spanish SMS avoid the letters that their alphabet
lacks (á, í, ó, ú).
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_LANGUAGE = "en"
_LONGEST = 400
_PLACEHOLDER = re.compile(r"\{(\w+)\}", re.ASCII)
_ADDRESS = re.compile(r"://|\bwww\.", re.IGNORECASE)
_TITLED = (".subject", ".heading", ".body")
_INDISPENSABLE = frozenset({"link", "code", "subject"})

TEXTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "link.greeting": "Hello {name},",
        "link.greeting_unnamed": "Hello,",
        "link.expiry": "This link works until {expires}.",
        "link.fallback": "If the button does not work, copy this address into your browser:",
        "link.personal": "This link is meant for you alone. Please do not forward it.",
        "link.unexpected": "If you did not expect this message, you can ignore it.",
        "link.why": "You are receiving this message because {tenant} used this address to contact you.",
        "link.opt_out": "Stop surveys from {tenant}",
        "link.sms_bare": "{tenant}: {link}",
        "process.subject": "{tenant}: {title}",
        "process.heading": "{title}",
        "process.untitled": "Your form is ready",
        "process.body": (
            "{tenant} has prepared a form for you. Please check the details that are already filled in, complete the "
            "rest and send it."
        ),
        "process.button": "Open the form",
        "process.sms": "{tenant}: {name}, please complete your form by {expires}: {link}",
        "process.sms_unnamed": "{tenant}: please complete your form by {expires}: {link}",
        "process.sms_short": "{tenant}: your form: {link}",
        "resource.subject": "{tenant}: a document is ready for you",
        "resource.heading": "{title}",
        "resource.untitled": "A document is ready for you",
        "resource.body": "{tenant} has made a document available to you on a protected page.",
        "resource.button": "View the document",
        "resource.sms": "{tenant}: {name}, a document is ready for you until {expires}: {link}",
        "resource.sms_unnamed": "{tenant}: a document is ready for you until {expires}: {link}",
        "resource.sms_short": "{tenant}: your document: {link}",
        "survey.subject": "{tenant}: how did we do?",
        "survey.heading": "How did we do?",
        "survey.untitled": "How did we do?",
        "survey.body": (
            "Thank you for contacting {tenant}. We would like to hear how it went. Your answers help us improve."
        ),
        "survey.button": "Give feedback",
        "survey.sms": "{tenant}: {name}, thank you for contacting us. How did we do? {link}",
        "survey.sms_unnamed": "{tenant}: thank you for contacting us. How did we do? {link}",
        "survey.sms_short": "{tenant}: how did we do? {link}",
        "session.subject": "{tenant}: {title}",
        "session.heading": "{title}",
        "session.untitled": "Talk to an agent",
        "session.body": "{tenant} invites you to talk to one of its agents. Join the session when you are ready.",
        "session.button": "Join the session",
        "session.sms": "{tenant}: {name}, you can talk to one of our agents here: {link}",
        "session.sms_unnamed": "{tenant}: you can talk to one of our agents here: {link}",
        "session.sms_short": "{tenant}: your session: {link}",
        "desk.subject": "{tenant}: the link to your desk",
        "desk.heading": "Your desk",
        "desk.untitled": "Your desk",
        "desk.body": "With this link you open your desk at {tenant}, where you see which customers wait for you.",
        "desk.button": "Open my desk",
        "desk.sms": "{tenant}: {name}, open your desk here: {link}",
        "desk.sms_unnamed": "{tenant}: open your desk here: {link}",
        "desk.sms_short": "{tenant}: your desk: {link}",
        "reminder.subject": "Reminder - {subject}",
        "reminder.lead": "This is a reminder of our earlier message.",
        "reminder.sms": "{tenant}: reminder - your link works until {expires}: {link}",
        "resend.subject": "New link - {subject}",
        "resend.lead": "Here is a new link for you.",
        "resend.sms": "{tenant}: here is your new link. It works until {expires}: {link}",
        "code.subject": "{tenant}: your one-time code",
        "code.heading": "Your one-time code",
        "code.body": "Enter this code on the page that you opened from {tenant}:",
        "code.life": "It works only once and expires after {minutes} minutes.",
        "code.warning": "Never share this code. Nobody from {tenant} will ask you for it.",
        "code.unexpected": "If you did not ask for a code, you can ignore this message.",
        "code.sms": "{tenant}: {code} is your one-time code. It works for {minutes} minutes. Never share it.",
        "code.sms_short": "{tenant}: your code is {code}",
        "notice.subject": "{tenant}: your contact details were changed",
        "notice.heading": "Your contact details were changed",
        "notice.body": (
            "{tenant} was asked to send a protected link of yours to another address or number instead of this one."
        ),
        "notice.warning": "If you did not ask for this, please call {tenant} now.",
        "notice.sms": (
            "{tenant}: this number was replaced for a protected link of yours. If you did not ask for this, please "
            "call us now."
        ),
        "notice.sms_short": "{tenant}: your number was changed. Not you? Call us now.",
    },
    "es": {
        "link.greeting": "Hola, {name}:",
        "link.greeting_unnamed": "Hola:",
        "link.expiry": "Este enlace funciona hasta el {expires}.",
        "link.fallback": "Si el botón no funciona, copie esta dirección en su navegador:",
        "link.personal": "Este enlace es solo para usted. Por favor, no lo reenvíe.",
        "link.unexpected": "Si no esperaba este mensaje, puede ignorarlo.",
        "link.why": "Recibe este mensaje porque {tenant} utilizó esta dirección para comunicarse con usted.",
        "link.opt_out": "No recibir más encuestas de {tenant}",
        "link.sms_bare": "{tenant}: {link}",
        "process.subject": "{tenant}: {title}",
        "process.heading": "{title}",
        "process.untitled": "Su formulario está listo",
        "process.body": (
            "{tenant} ha preparado un formulario para usted. Revise los datos que ya figuran en él, "
            "complete lo que falte y envíelo."
        ),
        "process.button": "Abrir el formulario",
        "process.sms": "{tenant}: {name}, complete su formulario antes del {expires}: {link}",
        "process.sms_unnamed": "{tenant}: complete su formulario antes del {expires}: {link}",
        "process.sms_short": "{tenant}: su formulario: {link}",
        "resource.subject": "{tenant}: tiene un documento disponible",
        "resource.heading": "{title}",
        "resource.untitled": "Tiene un documento disponible",
        "resource.body": "{tenant} ha puesto a su disposición un documento en una página protegida.",
        "resource.button": "Ver el documento",
        "resource.sms": "{tenant}: {name}, tiene un documento disponible hasta el {expires}: {link}",
        "resource.sms_unnamed": "{tenant}: tiene un documento disponible hasta el {expires}: {link}",
        "resource.sms_short": "{tenant}: su documento: {link}",
        "survey.subject": "{tenant}: ¿qué le pareció nuestra atención?",
        "survey.heading": "¿Qué le pareció nuestra atención?",
        "survey.untitled": "¿Qué le pareció nuestra atención?",
        "survey.body": (
            "Gracias por comunicarse con {tenant}. Nos gustaría conocer su opinión. Sus respuestas nos ayudan a "
            "mejorar."
        ),
        "survey.button": "Dar mi opinión",
        "survey.sms": "{tenant}: {name}, gracias por hablar con nosotros. ¿Le atendimos bien? {link}",
        "survey.sms_unnamed": "{tenant}: gracias por hablar con nosotros. ¿Le atendimos bien? {link}",
        "survey.sms_short": "{tenant}: ¿le atendimos bien? {link}",
        "session.subject": "{tenant}: {title}",
        "session.heading": "{title}",
        "session.untitled": "Hable con un agente",
        "session.body": "{tenant} le invita a hablar con uno de sus agentes. Únase a la sesión cuando lo desee.",
        "session.button": "Unirse a la sesión",
        "session.sms": "{tenant}: {name}, hable con uno de nuestros agentes cuando lo desee: {link}",
        "session.sms_unnamed": "{tenant}: hable con uno de nuestros agentes cuando lo desee: {link}",
        "session.sms_short": "{tenant}: hable con nosotros: {link}",
        "desk.subject": "{tenant}: el enlace a su puesto de atención",
        "desk.heading": "Su puesto de atención",
        "desk.untitled": "Su puesto de atención",
        "desk.body": "Con este enlace abre su puesto en {tenant}, donde ve qué clientes le esperan.",
        "desk.button": "Abrir mi puesto",
        "desk.sms": "{tenant}: {name}, abra su puesto de trabajo: {link}",
        "desk.sms_unnamed": "{tenant}: abra su puesto de trabajo: {link}",
        "desk.sms_short": "{tenant}: su puesto: {link}",
        "reminder.subject": "Recordatorio - {subject}",
        "reminder.lead": "Le recordamos nuestro mensaje anterior.",
        "reminder.sms": "{tenant}: recuerde que su enlace vale hasta el {expires}: {link}",
        "resend.subject": "Nuevo enlace - {subject}",
        "resend.lead": "Este es un nuevo enlace para usted.",
        "resend.sms": "{tenant}: este es su nuevo enlace. Vale hasta el {expires}: {link}",
        "code.subject": "{tenant}: su código de un solo uso",
        "code.heading": "Su código de un solo uso",
        "code.body": "Escriba este código en la página de {tenant} que abrió:",
        "code.life": "Funciona una sola vez y caduca a los {minutes} minutos.",
        "code.warning": "No comparta este código. Nadie de {tenant} se lo pedirá.",
        "code.unexpected": "Si no ha pedido un código, puede ignorar este mensaje.",
        "code.sms": "{tenant}: {code} es su código de un solo uso. Vale {minutes} minutos. No lo comparta.",
        "code.sms_short": "{tenant}: su código es {code}",
        "notice.subject": "{tenant}: sus datos de contacto han cambiado",
        "notice.heading": "Sus datos de contacto han cambiado",
        "notice.body": (
            "Se ha pedido a {tenant} que envíe un enlace protegido suyo a otra dirección u otro número, en lugar de a "
            "este."
        ),
        "notice.warning": "Si no lo ha pedido usted, llame ahora a {tenant}.",
        "notice.sms": (
            "{tenant}: hemos cambiado este número para un enlace protegido suyo. Si no lo ha pedido usted, llame ahora."
        ),
        "notice.sms_short": "{tenant}: su número ha cambiado. Si no fue usted, llame ahora.",
    },
}


def language_of(locale: str) -> str:
    """The language we write for a locale such as `es-MX`; English where we have no words for it."""
    language = locale.replace("_", "-").partition("-")[0].lower()
    return language if language in TEXTS else DEFAULT_LANGUAGE


def text(key: str, language: str, own: Mapping[str, str]) -> str:
    """The tenant's own wording for this key where it has a sound one, else ours, with its placeholders."""
    for name in (f"{language}.{key}", key):
        if name in own and fault(name, own[name]) is None:
            return own[name]
    return TEXTS[language][key]


def filled(template: str, values: Mapping[str, str]) -> str:
    """The template with its placeholders replaced; values are not looked into."""
    return _PLACEHOLDER.sub(lambda match: values[match[1]], template)


def pieces(template: str) -> list[str]:
    """Alternately literal text and the name of a placeholder, beginning and ending with literal text."""
    return _PLACEHOLDER.split(template)


def fault(name: str, wording: str) -> str | None:
    """Return why a tenant's own wording cannot be used, or None. It is checked before storing and at each use."""
    language, _, rest = name.partition(".")
    key = rest if language in TEXTS else name
    if key not in TEXTS[DEFAULT_LANGUAGE]:
        return "unknown text key"
    ours = set(_PLACEHOLDER.findall(TEXTS[DEFAULT_LANGUAGE][key]))
    allowed = ours | {"tenant"} | ({"title"} if key.endswith(_TITLED) else set())
    theirs = _PLACEHOLDER.findall(wording)
    if not wording.strip() or len(wording) > _LONGEST:
        return f"must have 1 to {_LONGEST} characters"
    if any(unicodedata.category(char) in {"Cc", "Cf", "Cs", "Zl", "Zp"} for char in wording):
        return "must not contain line breaks or invisible characters"
    if _ADDRESS.search(wording):
        return "must not contain a link"
    if set("{}") & set(_PLACEHOLDER.sub("", wording)):
        return "must not contain braces, except around a placeholder"
    if unknown := set(theirs) - allowed:
        return f"unknown placeholder {{{min(unknown)}}}"
    for name_ in ours & _INDISPENSABLE:
        if theirs.count(name_) != 1:
            return f"must contain {{{name_}}} once"
    return None
