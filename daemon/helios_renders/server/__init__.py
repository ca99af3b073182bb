"""The editor's side: a pygls server with typed custom requests and work-done progress."""
