/// One HTTP connection: requests one after another, until it ends or becomes something else. For
/// the server only.
#pragma once
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <optional>

#include "thaw/rpc/server_impl.hpp"

namespace thaw::rpc {

/// At any time one step of it is under way: a read, a write, or a request that the handlers have.
/// A step that can be done at once is, without a turn through the loop's queue: what one `recv`
/// brought is parsed where it lies, and an answer that is there at once leaves with one `send`.
class HttpConnection final : public Closable,
                             public Answerer,
                             public std::enable_shared_from_this<HttpConnection> {
  public:
    HttpConnection(ImplPtr impl, Loop& loop, Wire wire);
    ~HttpConnection() override { impl_->leave(this); }

    /// Serves until the connection ends, on the loop's thread. It lives as long as a step is under
    /// way.
    void start();
    void answer(HttpResponse response) override;
    void is_sender() override { sender_ = true; }
    /// With an answer that came from another thread; on the loop's.
    void go_on();
    std::shared_ptr<void> shut_if_idle() override;
    void shut_if_late(uint32_t now) override;

  private:
    using Parser = boost::beast::http::request_parser<boost::beast::http::string_body>;
    using Request = boost::beast::http::request<boost::beast::http::string_body>;
    enum class Parsed : uint8_t { whole, part, bad };
    enum class Meeting : uint8_t { asked, answered, waiting };
    enum class Phase : uint8_t {
        quiet,  ///< nothing of the next request has come
        header,
        body,
        drain  ///< refused: what still comes is passed over
    };

    void begin_request();
    void serve();
    Parsed parse(error_code& fault);
    void wait_for_the_rest();
    void receive();
    void received(error_code fault, size_t got);
    bool respond(Request request);
    void ask(Request request);
    void refuse(HttpResponse answer);
    bool write_answer();
    bool write();
    bool written();
    void next();
    void move_to_senders();
    void expire_in(std::chrono::seconds span);

    ImplPtr impl_;
    Loop* loop_;
    Wire wire_;
    std::string peer_;
    boost::beast::flat_buffer buffer_;
    std::optional<Parser> parser_;
    Phase phase_ = Phase::quiet;
    std::atomic<bool> idle_ = true;      ///< no request is known: nothing is lost by ending now
    std::atomic<uint32_t> late_at_ = 0;  ///< in the server's seconds

    HttpResponse answer_;
    std::atomic<Meeting> meeting_ = Meeting::asked;
    unsigned version_ = 11;
    bool keep_alive_ = false;
    bool head_ = false;  ///< the header alone was asked for
    bool sender_ = false;
    bool among_senders_ = false;
    std::string out_;  ///< the answer's head, and its body when that is short
};

}  // namespace thaw::rpc
