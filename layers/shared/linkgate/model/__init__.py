"""The domain: a link and its facts, the tenant it belongs to, the policy it obeys."""
