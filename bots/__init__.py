"""Chat bots that carry questions to the desk and answers back."""
