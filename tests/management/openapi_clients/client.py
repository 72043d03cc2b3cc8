"""Makes every call of the management API with the client of openapi-python-client, and prints their statuses."""

import base64
import hashlib
import json
import sys
import urllib.request
from importlib import import_module
from uuid import UUID

from api_client import AuthenticatedClient, models
from api_client.types import Response  # noqa: TC002 - a program, whose types nobody checks

base, key, sent, submitted, finished = sys.argv[1:]
client = AuthenticatedClient(base_url=base, token=key, raise_on_unexpected_status=True)
statuses = {}


def told(name: str, module: str, *arguments: object, **options: object) -> object:
    response: Response = import_module(f"api_client.api.{module}").sync_detailed(*arguments, client=client, **options)
    statuses[name] = response.status_code.value
    assert not isinstance(response.parsed, models.Problem), (name, response.content)
    return response.parsed


entries = [
    models.ResourceEntry(
        kind="resource",
        resource_type="Invoice",
        resource_uid=UUID("0123456789abcdef0123456789abcdef"),
        contact_id=1,
    ),
    models.ProcessEntry(kind="process", process="xxxxxxLChXYEBVg4", notify=False),
]
made = told("createLinks", "links.create_links", body=models.Batch(links=entries), idempotency_key="python")
assert made.failed == 0, made
rid = made.results[0].rid
told("listLinks", "links.list_links", kind=models.ListLinksKind.RESOURCE, limit=5)
link = told("getLink", "links.get_link", rid)
assert link.expires_at_utc > link.created_at_utc
told("extendLink", "links.extend_link", rid, body=models.Extension(hours=24 * 20))
told("resendLink", "links.resend_link", sent, body=models.Resend(channel="email"))
told("revokeWay", "links.revoke_way", rid, body=models.WayRevocation(way="api"))
told("listEvents", "links.list_events", rid)
uid = "0123456789abcdef0123456789abcdef"
pdf = b"%PDF-1.7"
about = models.NewFile(
    name="a.pdf", type_=models.NewFileType.APPLICATIONPDF, size=len(pdf), sha256=hashlib.sha256(pdf).hexdigest()
)
told("putResource", "resources.put_resource", "Invoice", uid, body=models.ResourceFields(title="Invoice"))
told("getResource", "resources.get_resource", "Invoice", uid)
attached = told("attachToResource", "resources.attach_to_resource", "Invoice", uid, body=about)
told("getResourceFile", "resources.get_resource_file", "Invoice", uid, attached.file.id)
told("deleteResourceFile", "resources.delete_resource_file", "Invoice", uid, attached.file.id)
attached = told("attachToLink", "links.attach_to_link", rid, body=about)
upload = attached.upload
put = urllib.request.Request(upload.url, pdf, upload.headers.to_dict(), method="PUT")
urllib.request.urlopen(put, timeout=30).close()
told("listFiles", "links.list_files", rid)
told("getFile", "links.get_file", rid, attached.file.id)
told("deleteFile", "links.delete_file", rid, attached.file.id)
told("deleteResource", "resources.delete_resource", "Invoice", uid)
newer = told("replaceLink", "links.replace_link", rid, body=models.Replacement(channels=[]))
told("revokeLink", "links.revoke_link", newer.rid, body=models.Revocation(reason="done"))
told("getSubmission", "links.get_submission", submitted)
told("getChat", "links.get_chat", submitted)
told("reopenLink", "links.reopen_link", submitted, body=models.Reopening(channels=[]))
told("campaignResults", "campaigns.campaign_results", "My Survey Campaign")
told("putContact", "contacts.put_contact", 71, body=models.ContactFields(name="Ana", email="ana@example.com"))
told("getContact", "contacts.get_contact", 71)
told("deleteContact", "contacts.delete_contact", 71)
told("eraseRecipient", "recipients.erase_recipient", body=models.Erasure(recipient="ana@example.com", dry_run=True))
told("putAgent", "agents.put_agent", "python", body=models.AgentFields(name="Python", queues=[]))
told("getAgent", "agents.get_agent", "python")
told("listAgents", "agents.list_agents")
desk = told("createDesk", "agents.create_desk", "python", body=models.Desk(days=1))
assert "#" in desk.link
told("deleteAgent", "agents.delete_agent", "python")
hours = models.HoursFields(timezone="Europe/Madrid", weekly=models.WeekFields(mon=["09:00-17:30"]))
category = models.CategoryFields(title="Python", hours=hours, patience_minutes=5)
told("putCategory", "categories.put_category", "python", body=category)
assert told("getCategory", "categories.get_category", "python").hours.weekly["mon"] == ["09:00-17:30"]
told("listCategories", "categories.list_categories")
told("deleteCategory", "categories.delete_category", "python")
rows = b"email,/fullName\nana@example.com,Ana\n"
digest = base64.b64encode(hashlib.sha256(rows).digest()).decode()
asked = models.NewImport(
    name="python", format_=models.NewImportFormat.CSV, sha256=digest, size=len(rows), process="xxxxxxLChXYEBVg4"
)
reserved = told("createImport", "imports.create_import", body=asked)
headers = reserved.upload.headers.to_dict()
put = urllib.request.Request(reserved.upload.url, rows, headers, method="PUT")
urllib.request.urlopen(put, timeout=30).close()
told("startImport", "imports.start_import", reserved.id)
told("getImport", "imports.get_import", reserved.id)
told("pauseImport", "imports.pause_import", reserved.id)
told("stopImport", "imports.stop_import", reserved.id)
told("importResults", "imports.import_results", finished)
told("getOpenApi", "openapi.get_open_api")
print(json.dumps(statuses))  # noqa: T201 - its answer
