"""FM: creates the same link with FastAPI behind Mangum and the SDK's resource."""

import hashlib
import os
import secrets
import time
import uuid

import boto3
from fastapi import FastAPI
from mangum import Mangum
from pydantic import BaseModel, Field

app = FastAPI()
table = boto3.resource("dynamodb").Table(os.environ["TABLE_NAME"])


class CustomerLink(BaseModel):
    resourceType: str = Field(max_length=100)
    resourceUid: uuid.UUID
    recipientEmail: str = Field(pattern=r"^[^@ ]+@[^@ ]+$")
    deliverEmail: bool = False
    deliverSms: bool = False
    expiresInHours: int = Field(ge=1, le=2160)
    maxViews: int = Field(ge=1, le=1000)


class Created(BaseModel):
    portalUrl: str


@app.post("/v1/customerlink")
def create(link: CustomerLink) -> Created:
    rid, secret = secrets.token_urlsafe(16), secrets.token_urlsafe(16)
    now = int(time.time())
    table.put_item(
        Item={
            "pk": rid,
            "sk": "link",
            "secret": hashlib.sha256(secret.encode()).hexdigest(),
            "recipient": link.recipientEmail,
            "resource": str(link.resourceUid),
            "created_at": now,
            "expires_at": now + 3600 * link.expiresInHours,
            "max_views": link.maxViews,
            "views": 0,
        },
        ConditionExpression="attribute_not_exists(pk)",
    )
    return Created(portalUrl=f"https://links.example.com/l/{rid}#{secret}")


handler = Mangum(app, lifespan="off")
