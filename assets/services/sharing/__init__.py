"""Share links: made by people with an account, opened by people without one."""
