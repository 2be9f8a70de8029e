"""What all search engines share: settings, wire, what is asked of them, and what is made of their answers."""
