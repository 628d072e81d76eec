"""What delivery adds to the management REST API."""
