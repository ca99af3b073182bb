"""What a page is: its source, the site that serves it, its size, rate and length."""
