"""What AWS Lambda puts into a function's environment, as far as clients look at it."""

LAMBDA = {
    "AWS_LAMBDA_FUNCTION_NAME": "recipient",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "thin",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_SESSION_TOKEN": "token",
}
