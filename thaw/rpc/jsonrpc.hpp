/// JSON-RPC 2.0: a registry of methods, and the way from a request's text to its answer's text.
#pragma once
#include <atomic>
#include <boost/json.hpp>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <tl/expected.hpp>
#include <vector>

namespace thaw::rpc {

namespace json = boost::json;
class Session;

namespace code {
inline constexpr int parse_error = -32700;
inline constexpr int invalid_request = -32600;
inline constexpr int method_not_found = -32601;
inline constexpr int invalid_params = -32602;
inline constexpr int server = -32000;  ///< what nodes use for everything of their own
inline constexpr int limit_exceeded = -32005;
inline constexpr int internal = -32603;  ///< the node cannot do its part
inline constexpr int reverted = 3;
}  // namespace code

/// Why a method has no result. Null data is left out of the answer.
struct Error {
    int code = code::server;
    std::string message;
    json::value data = nullptr;
};

using Answer = tl::expected<json::value, Error>;
using Reply = std::function<void(Answer)>;

/// Where in the parameters a value stands, for messages.
struct Where {
    size_t index = 0;
    std::string_view name;
    std::string_view field = {};  ///< of an object, or empty
};

struct Parameter {
    std::string name;
    bool required = true;
};

/// The arguments of one request, by position. Valid only while the handler's call lasts.
class Params {
  public:
    Params(const json::array& values, std::span<const Parameter> names,
           std::shared_ptr<Session> session)
        : values_{&values}, names_{names}, session_{std::move(session)} {}

    size_t size() const { return values_->size(); }
    /// The argument, or nothing when it is absent or null.
    const json::value* find(size_t index) const {
        if (index >= values_->size() || (*values_)[index].is_null()) return nullptr;
        return &(*values_)[index];
    }
    Where where(size_t index) const { return {index, names_[index].name}; }
    /// The WebSocket that asks, or null over HTTP.
    const std::shared_ptr<Session>& session() const { return session_; }
    const json::array& values() const { return *values_; }

  private:
    const json::array* values_;
    std::span<const Parameter> names_;
    std::shared_ptr<Session> session_;
};

/// The refusal of a value: "invalid argument 0 (address): expected …, got …".
Error invalid(Where where, std::string_view expected, const json::value& got);

struct Method {
    using Sync = std::function<Answer(const Params&)>;
    using Async = std::function<void(const Params&, Reply)>;
    /// Several consecutive requests of one batch at once; each index is answered once.
    using Bulk = std::function<void(std::span<const Params>, std::function<void(size_t, Answer)>)>;

    std::string summary;
    std::vector<Parameter> parameters;
    Sync sync = {};
    Async async = {};
    Bulk bulk = {};
    std::string refusal = {};  ///< known by name, but never done: why, and what to do instead
    bool quick = false;        ///< a short request is answered within a millisecond
    mutable std::atomic<uint64_t> calls = 0;  ///< for /metrics
    mutable std::atomic<uint64_t> errors = 0;
};

/// The methods by name. Filled before the server starts, read by all its threads afterwards.
class Methods {
  public:
    static constexpr size_t batch_max = 100;
    static constexpr size_t batch_answer_max_bytes = 25'000'000;  ///< the last may exceed it
    static constexpr size_t depth_max = 32;
    static constexpr size_t quick_bytes_max = 16 * 1024;  ///< of text; more is parsed aside

    static constexpr std::string_view busy_text =
        "the node has more to answer than it can: try again later";
    /// What a message is answered that nobody has read.
    static std::string busy();
    /// How many requests there are in a message: those of a batch; 1 where it cannot be read.
    static size_t requests_in(std::string_view text);

    /// Parameters are written "address block?": those with a question mark may be left out.
    Method& add(std::string name, std::string_view parameters, std::string summary,
                Method::Sync handler);
    Method& add_async(std::string name, std::string_view parameters, std::string summary,
                      Method::Async handler);
    void refuse(std::string name, std::string why);

    /// Answers one message, a batch included. `reply` gets the text to send, empty when nothing is
    /// to be said; it may be called later and from another thread.
    void handle(std::string_view text, std::shared_ptr<Session> session,
                std::function<void(std::string)> reply) const;
    /// Answers a single request of a quick method over HTTP and returns the method. Anything else
    /// it leaves alone and returns null.
    const Method* handle_at_once(std::string_view text,
                                 const std::function<void(std::string)>& reply) const;
    /// Runs one method from inside the program, REST and tests for instance.
    Answer call(std::string_view name, const json::array& values = {}) const;

    const std::map<std::string, std::unique_ptr<Method>, std::less<>>& all() const {
        return methods_;
    }

  private:
    friend class Batch;
    Method& slot(std::string name, std::string_view parameters, std::string summary);
    void run(const json::value& request, const std::shared_ptr<Session>& session,
             std::function<void(std::string)> reply) const;

    std::map<std::string, std::unique_ptr<Method>, std::less<>> methods_;
};

}  // namespace thaw::rpc
