"""Operations of the management API, and the functions that answer them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from linkgate.dialects import manage
from linkgate.dialects.manage import agents, replies, requests
from linkgate.dialects.manage import imports as import_formats
from linkgate.dialects.manage.operations import operation_of
from linkgate.dialects.manage.parameters import parameters_of
from linkgate.dialects.manage.problems import FIELDS
from linkgate.errors import Forbidden, InvalidRequest, NotFound
from linkgate.model.tenant import Agent
from linkgate.usecases.authentication import authenticate
from linkgate.usecases.delivery.replacing import check_replacement, replace_link
from linkgate.usecases.delivery.resending import resend_link
from linkgate.usecases.history.timeline import timeline_page
from linkgate.usecases.issuing.desk_links import open_desk
from linkgate.usecases.issuing.every_fault import every_fault, with_every_fault
from linkgate.usecases.issuing.imports import (
    create_import,
    import_of,
    pause_import,
    results_of,
    start_import,
    stop_import,
)
from linkgate.usecases.issuing.link_batches import create_links
from linkgate.usecases.management.agents import agent_of, checked_agent, keep_agent
from linkgate.usecases.management.campaign_results import campaign_results, campaign_versions
from linkgate.usecases.management.contacts import contact_of, keep_contact, normal_contact
from linkgate.usecases.management.erasure import erase_recipient
from linkgate.usecases.management.extension import extend_link
from linkgate.usecases.management.link_details import chat_of, owned_link, rid_of, submission_of
from linkgate.usecases.management.link_lists import list_links, normal_recipient
from linkgate.usecases.management.revocation import revoke_link, revoke_way
from linkgate.wire.message import json_reply

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from linkgate.dialects.manage.operation import Operation
    from linkgate.ports.deps import Deps
    from linkgate.usecases.authentication import Caller
    from linkgate.wire.message import Reply, Request

    Act = Callable[[Request, Caller, Mapping[str, Any], Deps], Reply]


_LIVE = "live"
"""Word for what a test key lacks."""
_OF_PEOPLE = ("/contacts", "/imports", "/resources")


def answer(request: Request, deps: Deps) -> Reply:
    """Answer a request on any route of the management API."""
    operation = operation_of(request.route, request.path)
    if operation.scope is None:
        return _describe()
    caller = authenticate(manage.credentials(request), deps, operation.scope)
    deps.limits.take(caller.tenant, deps.now())
    values = _parameters(request, operation, caller, deps)
    if "rid" in values:
        values["rid"] = rid_of(caller.lists, values["rid"], deps)
        if caller.credential.test and not caller.reaches(owned_link(caller.tenant.id, values["rid"], deps)):
            raise NotFound("link")
    elif caller.credential.test and not _is_for_tests(operation):
        raise Forbidden(_LIVE)
    return _ACTS[operation.name](request, caller, values, deps)


def _is_for_tests(operation: Operation) -> bool:
    """Return whether a test key may do what is about no link.

    Contacts, resources and imports are of real people. Agents and categories are the same for all links.
    """
    if operation.method != "GET":
        return operation.name == "createLinks"
    return not operation.path.startswith(_OF_PEOPLE)


def _parameters(request: Request, operation: Operation, caller: Caller, deps: Deps) -> dict[str, Any]:
    try:
        return parameters_of(request, operation)
    except InvalidRequest as error:
        if operation.name != "listLinks":
            raise
        raise every_fault(error, lambda parameters, _: _check_list(parameters, caller), deps, FIELDS) from error


def _check_list(parameters: Mapping[str, Any], caller: Caller) -> None:
    if "recipient" in parameters:
        normal_recipient(parameters["recipient"], caller.tenant)
    requests.parse_list(parameters, caller)


def _describe() -> Reply:
    from linkgate.dialects.manage.openapi import description

    return json_reply(200, description())


def _list(_request: Request, caller: Caller, values: Mapping[str, Any], deps: Deps) -> Reply:
    return replies.render_page(list_links(requests.parse_list(values, caller), deps), deps.now())


def _get(_request: Request, caller: Caller, values: Mapping[str, Any], deps: Deps) -> Reply:
    return replies.render_link(owned_link(caller.tenant.id, values["rid"], deps), deps.now())


def _revoke(request: Request, caller: Caller, values: Mapping[str, Any], deps: Deps) -> Reply:
    command = requests.parse_revocation(values["rid"], request, caller)
    return replies.render_link(revoke_link(command, deps), deps.now())


def _revoke_way(request: Request, caller: Caller, values: Mapping[str, Any], deps: Deps) -> Reply:
    command = requests.parse_way(values["rid"], request, caller)
    return replies.render_link(revoke_way(command, deps), deps.now())


def _extend(request: Request, caller: Caller, values: Mapping[str, Any], deps: Deps) -> Reply:
    command = requests.parse_extension(values["rid"], request, caller)
    return replies.render_link(extend_link(command, deps), deps.now())


def _resend(request: Request, caller: Caller, values: Mapping[str, Any], deps: Deps) -> Reply:
    command = requests.parse_resend(values["rid"], request, caller)
    return replies.render_link(resend_link(command, deps), deps.now())


def _replace(request: Request, caller: Caller, values: Mapping[str, Any], deps: Deps) -> Reply:
    replaced = with_every_fault(
        lambda: requests.parse_replacement(values["rid"], request, caller),
        replace_link,
        deps,
        FIELDS,
        check_replacement,
    )
    return replies.render_successor(replaced, deps.now())


def _reopen(request: Request, caller: Caller, values: Mapping[str, Any], deps: Deps) -> Reply:
    from linkgate.usecases.visits.reopening import reopen_link

    command = requests.parse_reopening(values["rid"], request, caller)
    return replies.render_successor(reopen_link(command, deps), deps.now())


def _events(_request: Request, caller: Caller, values: Mapping[str, Any], deps: Deps) -> Reply:
    link = owned_link(caller.tenant.id, values["rid"], deps)
    page = timeline_page(link, *requests.parse_page_of_events(values), deps)
    return replies.render_timeline(link, page, deps.now())


def _submission(_request: Request, caller: Caller, values: Mapping[str, Any], deps: Deps) -> Reply:
    link = owned_link(caller.tenant.id, values["rid"], deps)
    return replies.render_submission(link, submission_of(link, deps))


def _chat(_request: Request, caller: Caller, values: Mapping[str, Any], deps: Deps) -> Reply:
    link = owned_link(caller.tenant.id, values["rid"], deps)
    return replies.render_chat(link, chat_of(link, deps))


def _create(request: Request, caller: Caller, _values: Mapping[str, Any], deps: Deps) -> Reply:
    return replies.render_batch(create_links(requests.parse_batch(request, caller), deps, FIELDS))


def _create_import(request: Request, caller: Caller, _values: Mapping[str, Any], deps: Deps) -> Reply:
    made = create_import(import_formats.parse_import(request, caller), deps)
    return import_formats.render_import(*made)


def _get_import(_request: Request, caller: Caller, values: Mapping[str, Any], deps: Deps) -> Reply:
    return import_formats.render_import(import_of(caller.tenant.id, values["import"], deps))


def _start_import(_request: Request, caller: Caller, values: Mapping[str, Any], deps: Deps) -> Reply:
    return import_formats.render_import(start_import(caller, values["import"], deps))


def _pause_import(_request: Request, caller: Caller, values: Mapping[str, Any], deps: Deps) -> Reply:
    return import_formats.render_import(pause_import(caller, values["import"], deps))


def _stop_import(_request: Request, caller: Caller, values: Mapping[str, Any], deps: Deps) -> Reply:
    return import_formats.render_import(stop_import(caller, values["import"], deps))


def _import_results(_request: Request, caller: Caller, values: Mapping[str, Any], deps: Deps) -> Reply:
    return import_formats.render_results_address(results_of(caller, values["import"], deps))


def _results(request: Request, caller: Caller, values: Mapping[str, Any], deps: Deps) -> Reply:
    command = requests.parse_results(values, caller)
    page = campaign_results(command, deps)
    if requests.wants_csv(request, values):
        versions = campaign_versions(command, deps)
        return replies.render_results_csv(page, versions, command, request.query, deps.now())
    return replies.render_results(command.campaign, page, deps.now())


def _get_contact(_request: Request, caller: Caller, values: Mapping[str, Any], deps: Deps) -> Reply:
    return replies.render_contact(contact_of(caller.tenant, values["id"], deps))


def _put_contact(request: Request, caller: Caller, values: Mapping[str, Any], deps: Deps) -> Reply:
    kept = with_every_fault(
        lambda: requests.parse_contact(values["id"], request),
        lambda contact, deps: keep_contact(caller.tenant, contact, deps),
        deps,
        FIELDS,
        lambda contact, _: normal_contact(caller.tenant, contact),
    )
    return replies.render_contact(kept)


def _delete_contact(_request: Request, caller: Caller, values: Mapping[str, Any], deps: Deps) -> Reply:
    deps.tenants.delete_contact(caller.tenant.id, values["id"])
    return replies.render_nothing()


def _erase(request: Request, caller: Caller, _values: Mapping[str, Any], deps: Deps) -> Reply:
    erased = with_every_fault(
        lambda: requests.parse_erasure(request, caller),
        erase_recipient,
        deps,
        FIELDS,
        lambda command, _: normal_recipient(command.recipient, caller.tenant),
    )
    return replies.render_receipt(erased)


def _list_agents(_request: Request, caller: Caller, _values: Mapping[str, Any], deps: Deps) -> Reply:
    return agents.render_agents(deps.tenants.definitions(Agent, caller.tenant.id))


def _get_agent(_request: Request, caller: Caller, values: Mapping[str, Any], deps: Deps) -> Reply:
    return agents.render_agent(agent_of(caller.tenant, values["agent"], deps))


def _put_agent(request: Request, caller: Caller, values: Mapping[str, Any], deps: Deps) -> Reply:
    kept = with_every_fault(
        lambda: agents.parse_agent(values["agent"], request),
        lambda agent, deps: keep_agent(caller.tenant, agent, deps),
        deps,
        FIELDS,
        lambda agent, deps: checked_agent(caller.tenant, agent, deps),
    )
    return agents.render_agent(kept)


def _delete_agent(_request: Request, caller: Caller, values: Mapping[str, Any], deps: Deps) -> Reply:
    deps.tenants.delete_definition(Agent, caller.tenant.id, values["agent"])
    return replies.render_nothing()


def _open_desk(request: Request, caller: Caller, values: Mapping[str, Any], deps: Deps) -> Reply:
    return replies.render_desk(open_desk(requests.parse_desk(values["agent"], request, caller), deps), deps.now())


def _file_act(name: str) -> Act:
    """Return an act on files, which is loaded on its first use."""

    def act(request: Request, caller: Caller, values: Mapping[str, Any], deps: Deps) -> Reply:
        from linkgate.routes import manage_files

        found: Act = getattr(manage_files, name)
        return found(request, caller, values, deps)

    return act


def _category_act(name: str) -> Act:
    """Return an act on categories, which is loaded on its first use."""

    def act(request: Request, caller: Caller, values: Mapping[str, Any], deps: Deps) -> Reply:
        from linkgate.routes import manage_categories

        found: Act = getattr(manage_categories, name)
        return found(request, caller, values, deps)

    return act


_ACTS: dict[str, Act] = {
    "listLinks": _list,
    "getLink": _get,
    "revokeLink": _revoke,
    "revokeWay": _revoke_way,
    "extendLink": _extend,
    "resendLink": _resend,
    "replaceLink": _replace,
    "reopenLink": _reopen,
    "listEvents": _events,
    "getSubmission": _submission,
    "getChat": _chat,
    "createLinks": _create,
    "createImport": _create_import,
    "getImport": _get_import,
    "startImport": _start_import,
    "pauseImport": _pause_import,
    "stopImport": _stop_import,
    "importResults": _import_results,
    "campaignResults": _results,
    "getContact": _get_contact,
    "putContact": _put_contact,
    "deleteContact": _delete_contact,
    "eraseRecipient": _erase,
    "putResource": _file_act("put_resource"),
    "getResource": _file_act("get_resource"),
    "deleteResource": _file_act("delete_resource"),
    "attachToResource": _file_act("attach"),
    "getResourceFile": _file_act("get_file"),
    "deleteResourceFile": _file_act("delete_file"),
    "listFiles": _file_act("list_files"),
    "attachToLink": _file_act("attach"),
    "getFile": _file_act("get_file"),
    "deleteFile": _file_act("delete_file"),
    "listAgents": _list_agents,
    "getAgent": _get_agent,
    "putAgent": _put_agent,
    "deleteAgent": _delete_agent,
    "createDesk": _open_desk,
    "listCategories": _category_act("list_categories"),
    "getCategory": _category_act("get_category"),
    "putCategory": _category_act("put_category"),
    "deleteCategory": _category_act("delete_category"),
}
