/// Answers of the door as they go over the wire, and the ones it gives on its own account.
#pragma once
#include "thaw/rpc/server.hpp"

namespace thaw::rpc {

/// Writes everything of an HTTP/1.x response that stands before its body into `out`, whose memory
/// is used again. `version` is 10 or 11; `alive` says whether the connection goes on.
void write_head(std::string& out, const HttpResponse& answer, unsigned version, bool alive);

/// The same for an answer without end: no length, and the connection ends with it.
void write_stream_head(std::string& out, const HttpResponse& answer);

/// A problem (RFC 9457).
HttpResponse refusal(unsigned status, std::string_view title, std::string_view detail);

/// What a client beyond its rate is told, as JSON-RPC (EIP-1474's code), with or without HTTP.
std::string too_many(uint32_t per_second);

}  // namespace thaw::rpc
