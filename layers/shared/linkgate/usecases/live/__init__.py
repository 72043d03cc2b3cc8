"""Channel between browsers: who may connect, who is there, and what they tell one another."""
