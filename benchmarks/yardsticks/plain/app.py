"""P: the simplest Lambda that creates a link: json, the SDK's client, one put."""

import base64
import hashlib
import json
import os
import time

import boto3

dynamodb = boto3.client("dynamodb")


def handler(event, context):
    body = json.loads(event["body"])
    rid = base64.urlsafe_b64encode(os.urandom(16)).rstrip(b"=").decode()
    secret = base64.urlsafe_b64encode(os.urandom(16)).rstrip(b"=").decode()
    now = int(time.time())
    dynamodb.put_item(
        TableName=os.environ["TABLE_NAME"],
        Item={
            "pk": {"S": rid},
            "sk": {"S": "link"},
            "secret": {"S": hashlib.sha256(secret.encode()).hexdigest()},
            "recipient": {"S": body["recipientEmail"]},
            "resource": {"S": body["resourceUid"]},
            "created_at": {"N": str(now)},
            "expires_at": {"N": str(now + 3600 * body["expiresInHours"])},
            "max_views": {"N": str(body["maxViews"])},
            "views": {"N": "0"},
        },
        ConditionExpression="attribute_not_exists(pk)",
    )
    print(json.dumps({"message": "created", "rid": rid}))
    return {
        "statusCode": 200,
        "headers": {"content-type": "application/json"},
        "body": json.dumps({"portalUrl": f"https://links.example.com/l/{rid}#{secret}"}),
    }
