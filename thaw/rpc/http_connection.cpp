#include "thaw/rpc/http_connection.hpp"

#include <sys/socket.h>

#include <array>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/websocket/rfc6455.hpp>

#include "thaw/rpc/http_message.hpp"
#include "thaw/rpc/speaker.hpp"

namespace thaw::rpc {

namespace {

namespace beast = boost::beast;
namespace http = beast::http;

constexpr size_t header_piece = 4 * 1024;  ///< bytes asked of the socket at a time
constexpr size_t body_piece = 32 * 1024;
constexpr size_t short_body = 16 * 1024;  ///< copied, so that one buffer is sent
constexpr int turns_max = 8;              ///< requests before other connections have their turn
constexpr uint32_t never = ~uint32_t{0};
/// How long what a refused peer still sends is taken: closing at once would reset the connection,
/// and the refusal might not be read.
constexpr std::chrono::seconds drain_max{2};
constexpr std::string_view send_the_body = "HTTP/1.1 100 Continue\r\n\r\n";

std::string address_of(const Wire& wire) {
    error_code fault;
    const auto peer = wire.remote_endpoint(fault);
    return fault ? std::string{} : peer.address().to_string();
}

/// Says what was wrong with bytes that are no request; nothing where nobody would listen.
std::optional<HttpResponse> refusal_of(error_code fault, const ServerOptions& options) {
    if (fault == http::error::body_limit)
        return refusal(
            413, "Content Too Large",
            "the body may have at most " + std::to_string(options.body_max_bytes) + " bytes");
    if (fault == http::error::header_limit)
        return refusal(
            431, "Request Header Fields Too Large",
            "the headers may have at most " + std::to_string(options.header_max_bytes) + " bytes");
    if (fault.category() != http::make_error_code(http::error::bad_version).category() ||
        fault == http::error::end_of_stream || fault == http::error::partial_message)
        return std::nullopt;
    return refusal(400, "Bad Request", "this is not HTTP/1.1: " + fault.message());
}

}  // namespace

HttpConnection::HttpConnection(ImplPtr impl, Loop& loop, Wire wire)
    : impl_{std::move(impl)}, loop_{&loop}, wire_{std::move(wire)}, peer_{address_of(wire_)} {
    error_code ignored;
    wire_.set_option(tcp::no_delay{true}, ignored);
    wire_.non_blocking(true, ignored);
    begin_request();
    impl_->enter(this);
}

void HttpConnection::start() { receive(); }

/// Only tells the reading side: an answer under way still leaves.
std::shared_ptr<void> HttpConnection::shut_if_idle() {
    if (idle_) ::shutdown(wire_.native_handle(), SHUT_RD);
    return nullptr;
}

void HttpConnection::shut_if_late(uint32_t now) {
    if (now >= late_at_) ::shutdown(wire_.native_handle(), SHUT_RDWR);
}

void HttpConnection::expire_in(std::chrono::seconds span) {
    late_at_ = impl_->seconds + static_cast<uint32_t>(span.count()) + 1;
}

void HttpConnection::begin_request() {
    parser_.emplace();
    parser_->eager(true);
    parser_->body_limit(impl_->options.body_max_bytes);
    parser_->header_limit(impl_->options.header_max_bytes);
    phase_ = Phase::quiet;
    idle_ = true;
    expire_in(impl_->options.idle_max);
}

void HttpConnection::serve() {
    for (int turn = 0; turn < turns_max; ++turn) {
        if (sender_ && !among_senders_) return move_to_senders();
        error_code fault;
        switch (parse(fault)) {
            case Parsed::part:
                return wait_for_the_rest();
            case Parsed::bad:
                if (auto answer = refusal_of(fault, impl_->options)) refuse(*std::move(answer));
                return;
            case Parsed::whole:
                break;
        }
        idle_ = false;
        if (!respond(parser_->release())) return;
        begin_request();
    }
    asio::post(loop_->io, [self = shared_from_this()] { self->serve(); });
}

HttpConnection::Parsed HttpConnection::parse(error_code& fault) {
    while (!parser_->is_done()) {
        if (buffer_.size() == 0) return Parsed::part;
        buffer_.consume(parser_->put(buffer_.data(), fault));
        if (fault == http::error::need_more && buffer_.size() > impl_->options.header_max_bytes)
            fault = http::error::header_limit;  // a chunk's or a trailer's line that never ends
        if (fault == http::error::need_more) return Parsed::part;
        if (fault) return Parsed::bad;
    }
    return Parsed::whole;
}

void HttpConnection::wait_for_the_rest() {
    if (phase_ == Phase::quiet && (parser_->got_some() || buffer_.size() > 0)) {
        phase_ = Phase::header;
        expire_in(impl_->options.transfer_max);
    }
    if (phase_ == Phase::header && parser_->is_header_done()) {
        phase_ = Phase::body;
        idle_ = false;
        if (beast::iequals(parser_->get()[http::field::expect], "100-continue"))
            return asio::async_write(wire_, asio::buffer(send_the_body),
                                     [self = shared_from_this()](error_code fault, size_t) {
                                         if (!fault) self->receive();
                                     });
    }
    receive();
}

void HttpConnection::receive() {
    const size_t size = phase_ == Phase::body ? body_piece : header_piece;
    wire_.async_read_some(
        buffer_.prepare(size),
        [self = shared_from_this()](error_code fault, size_t got) { self->received(fault, got); });
}

void HttpConnection::received(error_code fault, size_t got) {
    if (fault) return;  // it left, was late, or the server stops
    if (phase_ == Phase::drain) return receive();
    buffer_.commit(got);
    serve();
}

/// True when the answer has left and the next request may be read.
bool HttpConnection::respond(Request request) {
    // Where the body ends is not known, so what follows cannot be read.
    const auto coding = request[http::field::transfer_encoding];
    if (!coding.empty() && !beast::iequals(coding, "chunked")) {
        refuse(refusal(501, "Not Implemented", "the transfer coding understood is \"chunked\""));
        return false;
    }
    if (beast::websocket::is_upgrade(request)) {
        impl_->leave(this);  // the socket becomes another's
        serve_websocket(impl_, std::move(wire_), std::move(peer_), std::move(request));
        return false;
    }
    version_ = request.version();
    keep_alive_ = request.keep_alive();
    head_ = request.method() == http::verb::head;
    if (request.method() == http::verb::options) {
        answer_ = {.status = 204};
        return write_answer();
    }
    if (!impl_->may_ask(peer_, request.body())) {
        answer_ = {.status = 429,
                   .body = too_many(impl_->rate.per_second()),
                   .headers = {{"Retry-After", "1"}}};
        return write_answer();
    }
    late_at_ = never;  // the peer waits for us, not we for it
    meeting_ = Meeting::asked;
    ask(std::move(request));
    return meeting_.exchange(Meeting::waiting) == Meeting::answered && write_answer();
}

void HttpConnection::ask(Request request) {
    HttpRequest asked{.method = std::string{head_ ? "GET" : request.method_string()},
                      .target = std::string{request.target()},
                      .accept = std::string{request[http::field::accept]},
                      .accept_encoding = std::string{request[http::field::accept_encoding]},
                      .if_none_match = std::string{request[http::field::if_none_match]},
                      .body = std::move(request.body())};
    impl_->handlers.http(std::move(asked), HttpReply{shared_from_this()});
}

/// Whoever comes second, the answer or the thread that asked for it, goes on.
void HttpConnection::answer(HttpResponse response) {
    answer_ = std::move(response);
    if (meeting_.exchange(Meeting::answered) == Meeting::waiting)
        loop_->go_on_with(shared_from_this());
}

void HttpConnection::go_on() {
    if (write_answer()) next();
}

void HttpConnection::refuse(HttpResponse answer) {
    version_ = 11;
    keep_alive_ = false;
    head_ = false;
    phase_ = Phase::drain;
    answer_ = std::move(answer);
    write_answer();
}

bool HttpConnection::write_answer() {
    if (answer_.stream && !head_ && !impl_->stopping) {
        impl_->leave(this);
        serve_stream(impl_, std::move(wire_), std::move(answer_));
        return false;
    }
    if (impl_->stopping) keep_alive_ = false;
    write_head(out_, answer_, version_, keep_alive_);
    if (head_) answer_.body.clear();  // Content-Length stays that of the GET
    if (answer_.body.size() <= short_body) {
        out_ += answer_.body;
        answer_.body.clear();
    }
    return write();
}

/// Hands the socket as much as it takes at once, and waits only for the rest.
bool HttpConnection::write() {
    std::array<asio::const_buffer, 2> pieces{asio::buffer(out_), asio::buffer(answer_.body)};
    error_code fault;
    const size_t sent =
        answer_.body.empty() ? wire_.write_some(pieces[0], fault) : wire_.write_some(pieces, fault);
    if (fault && fault != asio::error::would_block) return false;
    const size_t of_first = std::min(sent, out_.size());
    pieces[0] += of_first;
    pieces[1] += sent - of_first;
    if (asio::buffer_size(pieces) == 0) return written();
    expire_in(impl_->options.transfer_max);
    const size_t lying = answer_.body.size();
    impl_->unsent_bytes += lying;
    asio::async_write(wire_, pieces,
                      [self = shared_from_this(), lying](error_code late_fault, size_t) {
                          self->impl_->unsent_bytes -= lying;
                          if (!late_fault && self->written()) self->next();
                      });
    return false;
}

/// Whether the connection goes on.
bool HttpConnection::written() {
    if (keep_alive_) return true;
    error_code ignored;
    wire_.shutdown(tcp::socket::shutdown_send, ignored);
    if (phase_ != Phase::drain) return false;
    buffer_.clear();
    idle_ = true;
    expire_in(drain_max);
    receive();
    return false;
}

void HttpConnection::next() {
    begin_request();
    serve();
}

/// Between two requests, so nothing of this connection is under way.
void HttpConnection::move_to_senders() {
    among_senders_ = true;
    {
        const std::lock_guard lock{impl_->mutex};  // others may shut the socket
        error_code fault;
        Loop& loop = impl_->senders.next();
        Wire moved{loop.io.get_executor()};
        move_socket(wire_, moved, fault);
        if (!fault) moved.non_blocking(true, fault);
        if (fault) return;
        wire_ = std::move(moved);
        loop_ = &loop;
    }
    asio::post(loop_->io, [self = shared_from_this()] { self->serve(); });
}

}  // namespace thaw::rpc
