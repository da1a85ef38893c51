/// Connections that speak whenever there is something to say: WebSockets and answers without end.
/// For the server only.
#pragma once
#include <boost/beast/http/message.hpp>
#include <boost/beast/http/string_body.hpp>

#include "thaw/rpc/server_impl.hpp"

namespace thaw::rpc {

/// Answers the upgrade and serves the WebSocket until either side ends it.
void serve_websocket(const ImplPtr& impl, Wire wire, std::string peer,
                     boost::beast::http::request<boost::beast::http::string_body> upgrade);

/// Sends the head of an answer without end and hands its session to whoever has the rest.
void serve_stream(const ImplPtr& impl, Wire wire, HttpResponse answer);

}  // namespace thaw::rpc
