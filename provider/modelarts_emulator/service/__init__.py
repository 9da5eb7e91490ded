"""What ModelArts does, and how that is known."""
