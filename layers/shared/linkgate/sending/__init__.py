"""What is sent: the texts, how they become an e-mail or one SMS segment, and the two providers that take them."""
