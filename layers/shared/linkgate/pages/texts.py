"""Everything a recipient reads, in English and Spanish. What stands in braces is filled in, escaped."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from linkgate.pages.call_texts import CALL_TEXTS
from linkgate.pages.fault_texts import FAULT_TEXTS
from linkgate.pages.live_texts import LIVE_TEXTS
from linkgate.pages.session_texts import SESSION_TEXTS

if TYPE_CHECKING:
    from collections.abc import Mapping

DEFAULT_LANGUAGE = "en"

_ACCEPTED = re.compile(r"\s*([A-Za-z]{2,3})(?:-[A-Za-z0-9-]+)?\s*(?:;\s*q=([01](?:\.\d{0,3})?)\s*)?", re.ASCII)

TEXTS: Mapping[str, Mapping[str, str]] = {
    "en": {
        **SESSION_TEXTS["en"],
        "from": "From {tenant}",
        "footer": "You are on {host}. {tenant} will never ask you for a password here.",
        "until": "Available until {time}",
        "what.process": "A form for you to fill in",
        "what.resource": "A document for you",
        "what.survey": "A few questions about how we did",
        "what.session": "A conversation with an agent",
        "landing.lead": "{tenant} sent you this link. It is only for you.",
        "landing.continue": "Continue",
        "landing.code.sms": "When you continue, we will send a code to your phone to check that it is you.",
        "landing.code.email": "When you continue, we will send a code to your e-mail address to check that it is you.",
        "landing.paste": "Paste the full link from your message here",
        "landing.paste_hint": "It starts with {address}",
        "landing.paste_error": "Paste the full link from your message. Make sure that nothing is missing at the end.",
        "landing.return": "Continue where you left off",
        "landing.opt_out": "Stop these surveys",
        "landing.unexpected": "Not expecting anything from {tenant}? Close this page. Nothing has been opened yet.",
        "code.title": "Enter your code",
        "code.lead.sms": "We have sent a code by text message to {to}.",
        "code.lead.email": "We have sent a code by e-mail to {to}.",
        "code.label": "{digits}-digit code",
        "code.hint": "The code works for {minutes} minutes, and only on this page. Do not share it with anyone.",
        "code.check": "Continue",
        "code.none": "Not received a code?",
        "code.again": "Send a new code",
        "code.again_hint.sms": "It may take a minute to arrive. A new code replaces the previous one.",
        "code.again_hint.email": (
            "It may take a minute to arrive. Check your spam folder too. A new code replaces the previous one."
        ),
        "code.wrong": "This code is not correct. Check the most recent message. Attempts left: {left}.",
        "code.over": "This code no longer works. Request a new one.",
        "code.too_soon": "We have just sent you a code. You can request another one in {wait}.",
        "code.not_sent": "We could not send a code. Please try again in a minute.",
        "code.new_address": "Your code is not ready yet",
        "code.new_address.text": (
            "Your contact details for this link were changed a short time ago. For your security, you can get a code "
            "in {wait}."
        ),
        "code.used_up": "No more codes for now",
        "code.used_up.text": "Many codes were requested for this link. You can request another one in {wait}.",
        "code.used_up.renew": (
            "If you did not request them, we can send you a new link instead. This one will then stop working."
        ),
        "offer.title": "Check that it is you",
        "offer.lead.sms": "This link opens with a code that we send by text message to {to}.",
        "offer.lead.email": "This link opens with a code that we send by e-mail to {to}.",
        "offer.why": (
            "Codes were requested for this link before, perhaps by a program that checks messages. Programs do not "
            "tick this box, so please tick it to get a code."
        ),
        "offer.box": "I want to receive a code",
        "offer.button": "Send the code",
        "ended.expired.title": "This link has expired",
        "ended.expired.text": "To keep your data safe, links from {tenant} only work for a limited time.",
        "ended.revoked.title": "This link has been withdrawn",
        "ended.revoked.text": "{tenant} has withdrawn this link. If you did not expect this, contact {tenant}.",
        "ended.submitted.title": "Already sent",
        "ended.submitted.text": "This was sent on {time}. You do not need to do anything else.",
        "ended.exhausted.title": "This link has reached its limit of views",
        "ended.exhausted.text": "To keep your data safe, the link could only be opened a limited number of times.",
        "ended.locked.title": "This link is locked",
        "ended.locked.text": "Too many wrong codes were entered, so we locked it to keep your data safe.",
        "ended.ask": "Contact {tenant} to ask for a new link.",
        "ended.newest": "If {tenant} has sent you a newer link, open that one instead.",
        "renew.lead": (
            "You can get a new link. We will send it to the e-mail address or phone number that {tenant} has for you."
        ),
        "renew.draft": "You will not lose the answers that you saved.",
        "renew.button": "Send me a new link",
        "renewed.title": "A new link is on its way",
        "renewed.text.email": "We have sent it by e-mail to {to}. Open it from that message.",
        "renewed.text.sms": "We have sent it by text message to {to}. Open it from that message.",
        "renewed.hint": "It may take a few minutes. You can close this page.",
        "opt_out.title": "Stop surveys from {tenant}?",
        "opt_out.lead": "You will then get no more surveys from {tenant} at {to}.",
        "opt_out.others": "You will still get other messages, such as forms and documents for you.",
        "opt_out.button": "Stop surveys",
        "opt_out.stopped": "No more surveys",
        "opt_out.stopped.text": "{tenant} will send no more surveys to {to}.",
        "opt_out.undo": "Get surveys again",
        "opt_out.undone": "You get surveys again",
        "opt_out.undone.text": "{tenant} may send surveys to {to} again.",
        "form.required": "Fields marked with * are required.",
        "form.submit": "Send",
        "form.confirm": "Confirm and send",
        "form.save": "Save for later",
        "form.saved": "Saved. You can continue later, on any device, with the link from your message.",
        "form.autosave": "Your answers are saved as you type, so you can continue later.",
        "form.role": "You are here as: {role}",
        "form.empty": "Not filled in yet",
        "form.not_submitter": "Save your answers here. Another person sends this form.",
        "form.looks_on": "Another person fills in and sends this form.",
        "save.given": "Filled in by another person",
        "save.saving": "Saving…",
        "save.saved": "Saved at {time}.",
        "save.retry": "Not saved yet. We are trying again.",
        "save.offline": "Not saved: you are offline. Your answers stay on this page.",
        "save.over": "Not saved: this page has closed. Open the link from your message again in this tab to save them.",
        "save.choose": "Not all saved: choose which answer to keep.",
        "save.clash": "Somebody else changed this answer to: {value}",
        "save.mine": "Keep my answer",
        "save.theirs": "Use the other answer",
        "over.saved": "Your answers are saved",
        "over.saved.text": (
            "This page has closed to keep your data safe. Open the link from your message again to continue."
        ),
        "over.open": "Open the link again",
        "again.button": "Try again",
        "form.my_answers": "These are my answers",
        "form.checked": "I have checked everything and understand that I can only send it once",
        "form.choose": "Choose an option",
        "form.yes": "Yes",
        "form.no": "No",
        "form.agent": "About your contact with {agent}",
        "form.errors": "Please correct the following",
        "form.given": "What {tenant} has on file",
        "receipt.title": "Thank you",
        "receipt.text": "{tenant} received what you sent on {time}.",
        "receipt.reference": "Reference",
        "receipt.sent": "What you sent",
        "receipt.close": "You can close this page.",
        "resource.reference": "Reference",
        "resource.for": "For",
        "resource.open": "Open",
        "resource.leave": "This opens on {host}.",
        "error.fields": "Error:",
        "wait.second": "1 second",
        "wait.seconds": "{count} seconds",
        "wait.minutes": "{count} minutes",
        "problem.not-found": "This link does not work",
        "problem.not-found.text": (
            "Part of the link may be missing. Open it from your message again, or copy and paste the full link."
        ),
        "problem.still-opens": "Your link still works",
        "problem.still-opens.text": "You do not need a new one. Open the link from your message again.",
        "problem.stale": "Somebody else changed these answers",
        "problem.stale.text": "Go back to the form and look at them again. Nothing was overwritten.",
        "problem.not-submitter": "Another person sends this form",
        "problem.not-submitter.text": "Nothing was sent. Go back to the form to save your answers.",
        "problem.visit-ended": "Please open your link again",
        "problem.visit-ended.text": (
            "To keep your data safe, this page closes after a while. Open the link from your message again to "
            "continue. If you see this straight after opening the link, allow cookies in your browser first."
        ),
        "problem.visit-mixed-up": "You have another link open",
        "problem.visit-mixed-up.text": (
            "You opened two links in this browser. Nothing was sent. Go back to the message with the link that you "
            "want, and open the link again."
        ),
        "problem.method-not-allowed": "This page cannot be opened directly",
        "problem.method-not-allowed.text": "Open the link from your message again to continue. Nothing was sent.",
        "problem.foreign-origin": "This request did not come from our page",
        "problem.foreign-origin.text": "We did nothing with it. Open the link from your message again.",
        "problem.too-many-requests": "Please wait a moment",
        "problem.too-many-requests.text": "There were too many attempts. Please try again in {wait}.",
        "problem.code-not-sent": "We could not send the code",
        "problem.code-not-sent.text": (
            "No code has been sent, and your link still works. Please try again in a minute. If this happens again, "
            "contact {tenant}."
        ),
        "problem.unavailable": "This is not working right now",
        "problem.unavailable.text": "This is not your fault, and nothing has been lost. Please try again in a minute.",
        "problem.invalid": "Something is missing or incorrect",
        "problem.invalid.text": "Nothing was sent. Please go back and try again.",
        "problem.malformed": "We could not read what you sent",
        "problem.malformed.text": "Nothing was sent. Please go back and try again.",
        "problem.too-large": "This is too long",
        "problem.too-large.text": "Nothing was sent. Please go back and shorten it.",
        "problem.internal": "Something went wrong",
        "problem.internal.text": "This is not your fault. Please try again in a minute.",
        **FAULT_TEXTS["en"],
        **LIVE_TEXTS["en"],
        **CALL_TEXTS["en"],
    },
    "es": {
        **SESSION_TEXTS["es"],
        "from": "De {tenant}",
        "footer": "Está en {host}. {tenant} nunca le pedirá aquí una contraseña.",
        "until": "Disponible hasta el {time}",
        "what.process": "Un formulario para completar",
        "what.resource": "Un documento para usted",
        "what.survey": "Unas preguntas sobre nuestra atención",
        "what.session": "Una conversación con un agente",
        "landing.lead": "{tenant} le envió este enlace. Es solo para usted.",
        "landing.continue": "Continuar",
        "landing.code.sms": "Al continuar, le enviaremos un código a su teléfono para comprobar que es usted.",
        "landing.code.email": (
            "Al continuar, le enviaremos un código a su correo electrónico para comprobar que es usted."
        ),
        "landing.paste": "Pegue aquí el enlace completo de su mensaje",
        "landing.paste_hint": "Empieza por {address}",
        "landing.paste_error": "Pegue el enlace completo de su mensaje. Compruebe que no falte nada al final.",
        "landing.return": "Continuar donde lo dejó",
        "landing.opt_out": "No recibir más encuestas",
        "landing.unexpected": "¿No espera nada de {tenant}? Cierre esta página. Todavía no se ha abierto nada.",
        "code.title": "Escriba su código",
        "code.lead.sms": "Hemos enviado un código por mensaje de texto a {to}.",
        "code.lead.email": "Hemos enviado un código por correo electrónico a {to}.",
        "code.label": "Código de {digits} dígitos",
        "code.hint": "El código vale {minutes} minutos y solo en esta página. No lo comparta con nadie.",
        "code.check": "Continuar",
        "code.none": "¿No ha recibido el código?",
        "code.again": "Enviar otro código",
        "code.again_hint.sms": "Puede tardar un minuto en llegar. El código nuevo sustituye al anterior.",
        "code.again_hint.email": (
            "Puede tardar un minuto en llegar. Mire también en el correo no deseado. El código nuevo sustituye al "
            "anterior."
        ),
        "code.wrong": "Este código no es correcto. Mire el mensaje más reciente. Intentos restantes: {left}.",
        "code.over": "Este código ya no vale. Pida otro.",
        "code.too_soon": "Acabamos de enviarle un código. Podrá pedir otro dentro de {wait}.",
        "code.not_sent": "No hemos podido enviar el código. Inténtelo de nuevo dentro de un minuto.",
        "code.new_address": "Su código aún no está disponible",
        "code.new_address.text": (
            "Sus datos de contacto para este enlace se cambiaron hace poco. Por su seguridad, podrá pedir un código "
            "dentro de {wait}."
        ),
        "code.used_up": "Por ahora no hay más códigos",
        "code.used_up.text": "Se han pedido muchos códigos para este enlace. Podrá pedir otro dentro de {wait}.",
        "code.used_up.renew": ("Si no los pidió usted, podemos enviarle un enlace nuevo. Este dejará de funcionar."),
        "offer.title": "Comprobemos que es usted",
        "offer.lead.sms": "Este enlace se abre con un código que enviamos por mensaje de texto a {to}.",
        "offer.lead.email": "Este enlace se abre con un código que enviamos por correo electrónico a {to}.",
        "offer.why": (
            "Ya se han pedido códigos para este enlace, quizá por un programa que revisa mensajes. Los programas no "
            "marcan esta casilla; márquela para recibir un código."
        ),
        "offer.box": "Quiero recibir un código",
        "offer.button": "Enviar el código",
        "ended.expired.title": "Este enlace ha caducado",
        "ended.expired.text": (
            "Para proteger sus datos, los enlaces de {tenant} solo funcionan durante un tiempo limitado."
        ),
        "ended.revoked.title": "Este enlace ha sido retirado",
        "ended.revoked.text": "{tenant} ha retirado este enlace. Si no lo esperaba, póngase en contacto con {tenant}.",
        "ended.submitted.title": "Ya está enviado",
        "ended.submitted.text": "Se envió el {time}. No tiene que hacer nada más.",
        "ended.exhausted.title": "Este enlace ha alcanzado su límite de visitas",
        "ended.exhausted.text": "Para proteger sus datos, el enlace solo se podía abrir un número limitado de veces.",
        "ended.locked.title": "Este enlace está bloqueado",
        "ended.locked.text": "Se escribieron demasiados códigos incorrectos y lo bloqueamos para proteger sus datos.",
        "ended.ask": "Póngase en contacto con {tenant} para pedir un enlace nuevo.",
        "ended.newest": "Si {tenant} le ha enviado un enlace más reciente, abra ese.",
        "renew.lead": (
            "Puede recibir un enlace nuevo. Lo enviaremos al correo electrónico o al teléfono que {tenant} tiene de "
            "usted."
        ),
        "renew.draft": "No perderá las respuestas que guardó.",
        "renew.button": "Enviarme un enlace nuevo",
        "renewed.title": "Su enlace nuevo está en camino",
        "renewed.text.email": "Lo hemos enviado por correo electrónico a {to}. Ábralo desde ese mensaje.",
        "renewed.text.sms": "Lo hemos enviado por mensaje de texto a {to}. Ábralo desde ese mensaje.",
        "renewed.hint": "Puede tardar unos minutos. Ya puede cerrar esta página.",
        "opt_out.title": "¿No quiere más encuestas de {tenant}?",
        "opt_out.lead": "Si lo confirma, no recibirá más encuestas de {tenant} en {to}.",
        "opt_out.others": "Seguirá recibiendo otros mensajes, como formularios y documentos para usted.",
        "opt_out.button": "No recibir más encuestas",
        "opt_out.stopped": "No recibirá más encuestas",
        "opt_out.stopped.text": "{tenant} no enviará más encuestas a {to}.",
        "opt_out.undo": "Volver a recibir encuestas",
        "opt_out.undone": "Vuelve a recibir encuestas",
        "opt_out.undone.text": "{tenant} puede volver a enviar encuestas a {to}.",
        "form.required": "Los campos marcados con * son obligatorios.",
        "form.submit": "Enviar",
        "form.confirm": "Confirmar y enviar",
        "form.save": "Guardar para más tarde",
        "form.saved": "Guardado. Puede continuar más tarde, en cualquier dispositivo, con el enlace de su mensaje.",
        "form.autosave": "Sus respuestas se guardan mientras escribe, para que pueda continuar más tarde.",
        "form.role": "Participa como: {role}",
        "form.empty": "Aún sin completar",
        "form.not_submitter": "Guarde aquí sus respuestas. Otra persona envía este formulario.",
        "form.looks_on": "Otra persona completa y envía este formulario.",
        "save.given": "Completado por otra persona",
        "save.saving": "Guardando…",
        "save.saved": "Guardado a las {time}.",
        "save.retry": "Aún no se ha guardado. Lo estamos intentando de nuevo.",
        "save.offline": "No se ha guardado: no tiene conexión. Sus respuestas siguen en esta página.",
        "save.over": (
            "No se ha guardado: esta página se ha cerrado. Abra de nuevo el enlace de su mensaje en esta pestaña."
        ),
        "save.choose": "No se ha guardado todo: elija qué respuesta conservar.",
        "save.clash": "Otra persona cambió esta respuesta a: {value}",
        "save.mine": "Conservar mi respuesta",
        "save.theirs": "Usar la otra respuesta",
        "over.saved": "Sus respuestas están guardadas",
        "over.saved.text": (
            "Esta página se ha cerrado para proteger sus datos. Abra de nuevo el enlace de su mensaje para continuar."
        ),
        "over.open": "Abrir el enlace de nuevo",
        "again.button": "Intentar de nuevo",
        "form.my_answers": "Estas son mis respuestas",
        "form.checked": "Lo he revisado todo y entiendo que solo puedo enviarlo una vez",
        "form.choose": "Elija una opción",
        "form.yes": "Sí",
        "form.no": "No",
        "form.agent": "Sobre su contacto con {agent}",
        "form.errors": "Corrija lo siguiente",
        "form.given": "Lo que {tenant} tiene registrado",
        "receipt.title": "Gracias",
        "receipt.text": "{tenant} recibió lo que usted envió el {time}.",
        "receipt.reference": "Referencia",
        "receipt.sent": "Lo que envió",
        "receipt.close": "Ya puede cerrar esta página.",
        "resource.reference": "Referencia",
        "resource.for": "Para",
        "resource.open": "Abrir",
        "resource.leave": "Se abre en {host}.",
        "error.fields": "Error:",
        "wait.second": "1 segundo",
        "wait.seconds": "{count} segundos",
        "wait.minutes": "{count} minutos",
        "problem.not-found": "Este enlace no funciona",
        "problem.not-found.text": (
            "Puede que falte una parte del enlace. Ábralo de nuevo desde su mensaje, o copie y pegue el enlace "
            "completo."
        ),
        "problem.still-opens": "Su enlace todavía funciona",
        "problem.still-opens.text": "No necesita uno nuevo. Abra de nuevo el enlace de su mensaje.",
        "problem.stale": "Otra persona cambió estas respuestas",
        "problem.stale.text": "Vuelva al formulario y revíselas. No se ha sobrescrito nada.",
        "problem.not-submitter": "Otra persona envía este formulario",
        "problem.not-submitter.text": "No se ha enviado nada. Vuelva al formulario para guardar sus respuestas.",
        "problem.visit-ended": "Abra de nuevo su enlace",
        "problem.visit-ended.text": (
            "Para proteger sus datos, esta página se cierra al cabo de un rato. Para continuar, abra de nuevo el "
            "enlace de su mensaje. Si ve esto justo después de abrirlo, permita antes las cookies en su navegador."
        ),
        "problem.visit-mixed-up": "Tiene abierto otro enlace",
        "problem.visit-mixed-up.text": (
            "Ha abierto dos enlaces en este navegador. No se ha enviado nada. Vuelva al mensaje del enlace que desea "
            "usar y ábralo de nuevo."
        ),
        "problem.method-not-allowed": "Esta página no se puede abrir directamente",
        "problem.method-not-allowed.text": (
            "Para continuar, abra de nuevo el enlace de su mensaje. No se ha enviado nada."
        ),
        "problem.foreign-origin": "Esta solicitud no viene de nuestra página",
        "problem.foreign-origin.text": "No hemos hecho nada con ella. Abra de nuevo el enlace de su mensaje.",
        "problem.too-many-requests": "Espere un momento",
        "problem.too-many-requests.text": "Hubo demasiados intentos. Inténtelo de nuevo dentro de {wait}.",
        "problem.code-not-sent": "No hemos podido enviar el código",
        "problem.code-not-sent.text": (
            "No se ha enviado ningún código y su enlace sigue funcionando. Inténtelo de nuevo dentro de un minuto. Si "
            "vuelve a ocurrir, póngase en contacto con {tenant}."
        ),
        "problem.unavailable": "Esto no funciona en este momento",
        "problem.unavailable.text": "No es culpa suya y no se ha perdido nada. Inténtelo de nuevo dentro de un minuto.",
        "problem.invalid": "Falta algo o hay algo incorrecto",
        "problem.invalid.text": "No se ha enviado nada. Vuelva atrás e inténtelo de nuevo.",
        "problem.malformed": "No hemos podido leer lo que envió",
        "problem.malformed.text": "No se ha enviado nada. Vuelva atrás e inténtelo de nuevo.",
        "problem.too-large": "Es demasiado largo",
        "problem.too-large.text": "No se ha enviado nada. Vuelva atrás y acórtelo.",
        "problem.internal": "Algo ha fallado",
        "problem.internal.text": "No es culpa suya. Inténtelo de nuevo dentro de un minuto.",
        **FAULT_TEXTS["es"],
        **LIVE_TEXTS["es"],
        **CALL_TEXTS["es"],
    },
}


def language_of(locale: str | None, accepted: str | None = None) -> str:
    """The language we write for a locale such as `es-MX`, else the best of an Accept-Language header, else English."""
    language = (locale or "").replace("_", "-").partition("-")[0].lower()
    return language if language in TEXTS else _accepted_language(accepted or "")


def _accepted_language(header: str) -> str:
    best, weight = DEFAULT_LANGUAGE, 0.0
    for entry in header[:500].split(","):
        match = _ACCEPTED.fullmatch(entry)
        language, quality = (match[1].lower(), float(match[2] or 1)) if match else ("", 0.0)
        if language in TEXTS and quality > weight:
            best, weight = language, quality
    return best
