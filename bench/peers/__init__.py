"""Small programs that show the list of people with other tools, as their manuals would have it."""
