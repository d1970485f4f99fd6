"""Every SELECT on people: what a filter means, pages of the list, one person, the export."""
