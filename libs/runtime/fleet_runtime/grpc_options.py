"""What servers and clients of the fleet ask of gRPC, https://github.com/grpc/grpc/blob/master/include/grpc/impl/channel_arg_names.h."""

OPTIONS = (
    # By default two servers may share a port, each getting part of the calls.
    ("grpc.so_reuseport", 0),
    # In bytes; by default 4 MiB, which a prompt with images passes. As at the gateway.
    ("grpc.max_receive_message_length", 64 * 2**20),
    ("grpc.max_send_message_length", 64 * 2**20),
    # In bytes; by default a request whose headers pass 8 KiB may fail, and HTTP callers see 429.
    ("grpc.max_metadata_size", 128 * 1024),
    ("grpc.absolute_max_metadata_size", 128 * 1024),
    # By default the gateway's pings on quiet streams end them with GOAWAY.
    ("grpc.http2.max_ping_strikes", 0),
    # In bytes. By default each stream takes in whatever the connection carries: many MiB of every upload at once.
    ("grpc.http2.bdp_probe", 0),
    ("grpc.http2.lookahead_bytes", 256 * 1024),
)
