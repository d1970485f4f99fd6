"""Taking in what people say, and what they say to their case later."""
