"""Records what model servers answer, and answers in their place: over HTTP and over gRPC, at the transport."""
