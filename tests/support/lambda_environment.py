"""Environment variables of AWS Lambda, as far as clients read them."""

LAMBDA = {
    "AWS_LAMBDA_FUNCTION_NAME": "recipient",
    "AWS_DEFAULT_REGION": "eu-west-1",
    "AWS_ACCESS_KEY_ID": "direct",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_SESSION_TOKEN": "token",
}
