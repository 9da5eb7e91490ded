"""What people and their tools use beside the service: the control API, and the page."""
