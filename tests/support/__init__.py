"""What tests share: clouds, clients, fakes, rigs and servers that misbehave."""
