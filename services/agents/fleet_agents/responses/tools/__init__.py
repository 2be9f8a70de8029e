"""What a response can use besides its model: one module a kind of tool."""
