"""Domain model: links and their facts, the tenants that own them, and the policies they obey."""
