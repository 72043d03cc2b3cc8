"""The JSON of an agent's desk: customers who want to be called back, and what the agent does about them."""

from functools import partial

from cli.call_descriptions.operations import Described
from cli.call_descriptions.recipient import ERRORS
from cli.call_descriptions.schemas import MOMENT, Schema, many, record, reference, said

_STRING: Schema = {"type": "string"}

DESK: dict[str, Schema] = {
    "CallbackRequest": record(
        {"rid": _STRING, "category": _STRING, "name": _STRING, "subjects": many(_STRING), "askedAtUtc": MOMENT}
        | {"preferredTime": _STRING},
        {"phone": _STRING, "note": _STRING},
    ),
    "Desk": record(
        {
            "agent": _STRING,
            "name": _STRING,
            "queues": many(_STRING),
            "waiting": many(reference("CallbackRequest")),
            "mine": many(reference("CallbackRequest")),
        }
    ),
    "Done": record({"status": said("done")}),
}

_call = partial(Described, group="Desk", errors=ERRORS, security="desk")

CALLS: tuple[Described, ...] = (
    _call(name="getDesk", route="GET /d", summary="Get an agent's requests", answers={200: reference("Desk")}),
    *(
        _call(
            name=name,
            route=f"POST /d/callbacks/{{rid}}/{act}",
            summary=summary,
            answers={200: reference("Done")},
        )
        for name, act, summary in (
            ("takeCallback", "take", "Take a request on, for one agent only"),
            ("sendCallbackMessage", "message", "Send the customer of a request a new message with the link"),
            ("finishCallback", "done", "Take a request off the agent's list"),
        )
    ),
)
