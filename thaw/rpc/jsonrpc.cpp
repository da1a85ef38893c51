#include "thaw/rpc/jsonrpc.hpp"

#include "thaw/base/assert.hpp"
#include "thaw/node/node.hpp"
#include "thaw/rpc/time_limit.hpp"

namespace thaw::rpc {

namespace {

/// One request, checked for form. The pieces point into the parsed text.
struct Request {
    json::value id = nullptr;
    bool notification = false;
    std::string_view method;
    json::array params;
};

std::string error_text(const json::value& id, const Error& error) {
    json::object body{{"code", error.code}, {"message", error.message}};
    if (!error.data.is_null()) body["data"] = error.data;
    return json::serialize(
        json::object{{"jsonrpc", "2.0"}, {"id", id}, {"error", std::move(body)}});
}

std::string answer_text(const json::value& id, const Answer& answer) {
    if (!answer) return error_text(id, answer.error());
    std::string text = R"({"jsonrpc":"2.0","id":)";
    text += json::serialize(id);
    text += R"(,"result":)";
    text += json::serialize(*answer);
    text += '}';
    return text;
}

Error bad_request(std::string why) {
    return {code::invalid_request, "invalid request: " + std::move(why)};
}

/// The id first, so that a fault found later can be answered under it.
tl::expected<void, Error> read_id(const json::object& object, Request& out) {
    const json::value* id = object.if_contains("id");
    out.notification = id == nullptr;
    if (id == nullptr) return {};
    if (!id->is_null() && !id->is_string() && !id->is_int64() && !id->is_uint64())
        return tl::unexpected(bad_request("\"id\" must be a string, an integer or null"));
    out.id = *id;
    return {};
}

tl::expected<void, Error> read_request(const json::value& value, Request& out) {
    const json::object* object = value.if_object();
    if (object == nullptr) return tl::unexpected(bad_request("a request is a JSON object"));
    if (auto id = read_id(*object, out); !id) return id;
    const json::value* version = object->if_contains("jsonrpc");
    if (version == nullptr || !version->is_string() || version->get_string() != "2.0")
        return tl::unexpected(bad_request("\"jsonrpc\" must be \"2.0\""));
    const json::value* method = object->if_contains("method");
    if (method == nullptr || !method->is_string())
        return tl::unexpected(bad_request("\"method\" must be a string"));
    out.method = method->get_string();
    return {};
}

/// Arguments by position; an object is put in order by the names the method declares.
tl::expected<const json::array*, Error> positional(const json::value& request, const Method& method,
                                                   json::array& storage) {
    const json::value* params = request.get_object().if_contains("params");
    if (params == nullptr || params->is_null()) return &storage;
    if (const auto* object = params->if_object()) {
        for (const auto& [name, required] : method.parameters) {
            const json::value* found = object->if_contains(name);
            storage.push_back(found == nullptr ? json::value{} : *found);
        }
        return &storage;
    }
    const json::array* array = params->if_array();
    if (array == nullptr)
        return tl::unexpected(
            Error{code::invalid_params, "\"params\" must be an array or an object"});
    return array;
}

tl::expected<void, Error> check_count(const json::array& values, const Method& method) {
    if (values.size() > method.parameters.size())
        return tl::unexpected(
            Error{code::invalid_params,
                  "too many arguments, want at most " + std::to_string(method.parameters.size())});
    for (size_t i = 0; i < method.parameters.size(); ++i) {
        const bool absent = i >= values.size() || values[i].is_null();
        if (method.parameters[i].required && absent)
            return tl::unexpected(Error{code::invalid_params,
                                        "missing value for required argument " + std::to_string(i) +
                                            " (" + method.parameters[i].name + ")"});
    }
    return {};
}

std::vector<Parameter> parse_parameters(std::string_view text) {
    std::vector<Parameter> out;
    while (!text.empty()) {
        const size_t end = std::min(text.find(' '), text.size());
        std::string_view name = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const bool optional = name.ends_with('?');
        if (optional) name.remove_suffix(1);
        out.push_back({std::string{name}, !optional});
    }
    return out;
}

}  // namespace

Error invalid(Where where, std::string_view expected, const json::value& got) {
    std::string text = "invalid argument " + std::to_string(where.index);
    text.append(" (").append(where.name);
    if (!where.field.empty()) text.append(".").append(where.field);
    std::string shown = json::serialize(got);
    if (shown.size() > 80) {
        size_t cut = 77;
        while ((static_cast<uint8_t>(shown[cut]) & 0xc0) == 0x80) --cut;  // not within a character
        shown = shown.substr(0, cut) + "...";
    }
    text.append("): expected ").append(expected).append(", got ").append(shown);
    return {code::invalid_params, std::move(text)};
}

Method& Methods::slot(std::string name, std::string_view parameters, std::string summary) {
    auto method = std::make_unique<Method>();
    method->summary = std::move(summary);
    method->parameters = parse_parameters(parameters);
    auto& place = methods_[std::move(name)];
    place = std::move(method);
    return *place;
}

Method& Methods::add(std::string name, std::string_view parameters, std::string summary,
                     Method::Sync handler) {
    Method& method = slot(std::move(name), parameters, std::move(summary));
    method.sync = std::move(handler);
    return method;
}

Method& Methods::add_async(std::string name, std::string_view parameters, std::string summary,
                           Method::Async handler) {
    Method& method = slot(std::move(name), parameters, std::move(summary));
    method.async = std::move(handler);
    return method;
}

void Methods::refuse(std::string name, std::string why) {
    slot(std::move(name), "", "").refusal = std::move(why);
}

namespace {

/// A request on its way: form and count are right, the method is known.
struct Ready {
    const Method* method = nullptr;
    const json::array* values = nullptr;
    json::array storage;
};

tl::expected<void, Error> prepare(const Methods& methods, const json::value& value,
                                  Request& request, Ready& ready) {
    if (auto read = read_request(value, request); !read) return read;
    const auto it = methods.all().find(request.method);
    if (it == methods.all().end())
        return tl::unexpected(Error{
            code::method_not_found,
            "the method " + std::string{request.method} + " does not exist/is not available"});
    ready.method = it->second.get();
    ++it->second->calls;
    if (!ready.method->refusal.empty())
        return tl::unexpected(
            Error{code::method_not_found, "the method " + std::string{request.method} +
                                              " is not available: " + ready.method->refusal});
    const auto values = positional(value, *ready.method, ready.storage);
    if (!values) return tl::unexpected(values.error());
    ready.values = *values;
    return check_count(**values, *ready.method);
}

/// Wraps an answer into its envelope; silent for notifications.
struct Envelope {
    json::value id;
    bool notification = false;
    const Method* method = nullptr;

    std::string operator()(const Answer& answer) const {
        if (!answer) ++method->errors;
        return notification ? std::string{} : answer_text(id, answer);
    }
};

Answer answer_of(const Method& method, const Params& params) {
    try {
        return method.sync(params);
    } catch (const node::Unreadable& fault) {
        return tl::unexpected(Error{code::internal, fault.what()});
    } catch (const OutOfTime& fault) {
        return tl::unexpected(Error{code::limit_exceeded, fault.what()});
    }
}

/// An invalid request is answered although it has no id: a notification must be a valid request.
std::string refusal_text(const Error& error, const Request& request) {
    if (request.notification && error.code != code::invalid_request) return {};
    return error_text(request.id, error);
}

/// The method that a message names, or null.
const Method* named_by(const Methods& methods, const json::value& request) {
    const auto* object = request.if_object();
    const auto* name = object == nullptr ? nullptr : object->if_contains("method");
    if (name == nullptr || !name->is_string()) return nullptr;
    const auto it = methods.all().find(std::string_view{name->get_string()});
    return it == methods.all().end() ? nullptr : it->second.get();
}

}  // namespace

void Methods::run(const json::value& value, const std::shared_ptr<Session>& session,
                  std::function<void(std::string)> reply) const {
    Request request;
    Ready ready;
    if (auto fit = prepare(*this, value, request, ready); !fit) {
        if (ready.method != nullptr) ++ready.method->errors;
        return reply(refusal_text(fit.error(), request));
    }
    const Params params{*ready.values, ready.method->parameters, session};
    Envelope envelope{std::move(request.id), request.notification, ready.method};
    if (ready.method->sync) return reply(envelope(answer_of(*ready.method, params)));
    ready.method->async(params, [envelope = std::move(envelope), reply = std::move(reply)](
                                    const Answer& answer) { reply(envelope(answer)); });
}

/// The answers of one batch, gathered from whichever threads they come.
class Batch : public std::enable_shared_from_this<Batch> {
  public:
    Batch(size_t size, std::function<void(std::string)> reply)
        : answers_(size), left_{size}, reply_{std::move(reply)} {}

    void answer(size_t index, std::string text) {
        bytes_ += text.size();
        answers_[index] = std::move(text);
        if (left_.fetch_sub(1) == 1) finish();
    }
    std::function<void(std::string)> slot(size_t index) {
        return [self = shared_from_this(), index](std::string text) {
            self->answer(index, std::move(text));
        };
    }

    /// Runs the requests in order; consecutive ones of a method that takes many at once go
    /// together. Those that come after too much has been answered already are refused.
    void run(const Methods& methods, const json::array& requests,
             const std::shared_ptr<Session>& session) {
        for (size_t i = 0; i < requests.size();) {
            if (const auto why = enough()) {
                refuse(i, requests[i], *why);
                ++i;
                continue;
            }
            const Method* bulk = bulk_method(methods, requests[i]);
            size_t end = i + 1;
            while (bulk != nullptr && end < requests.size() &&
                   bulk_method(methods, requests[end]) == bulk)
                ++end;
            if (end - i == 1)
                methods.run(requests[i], session, slot(i));
            else
                run_bulk(methods, *bulk, requests, i, end, session);
            i = end;
        }
    }

  private:
    std::optional<Error> enough() const {
        if (bytes_ > Methods::batch_answer_max_bytes)
            return Error{code::limit_exceeded, "the answers to the batch's other requests fill " +
                                                   std::to_string(Methods::batch_answer_max_bytes) +
                                                   " bytes already: ask for less at once"};
        if (TimeLimit::is_over()) return Error{code::limit_exceeded, OutOfTime{}.what()};
        return std::nullopt;
    }

    void refuse(size_t index, const json::value& value, const Error& why) {
        Request request;
        const auto read = read_request(value, request);
        const Error& error = read ? why : read.error();
        answer(index, refusal_text(error, request));
    }

    static const Method* bulk_method(const Methods& methods, const json::value& request) {
        const Method* method = named_by(methods, request);
        return method == nullptr || !method->bulk ? nullptr : method;
    }

    void run_bulk(const Methods& methods, const Method& method, const json::array& requests,
                  size_t begin, size_t end, const std::shared_ptr<Session>& session) {
        std::vector<Ready> ready(end - begin);
        std::vector<Params> params;
        auto envelopes = std::make_shared<std::vector<std::pair<size_t, Envelope>>>();
        for (size_t i = begin; i < end; ++i) {
            Request request;
            Ready& r = ready[i - begin];
            if (auto fit = prepare(methods, requests[i], request, r); !fit) {
                answer(i, refusal_text(fit.error(), request));
                continue;
            }
            params.emplace_back(*r.values, method.parameters, session);
            envelopes->emplace_back(i,
                                    Envelope{std::move(request.id), request.notification, &method});
        }
        if (params.empty()) return;
        method.bulk(params, [self = shared_from_this(), envelopes](size_t n, const Answer& a) {
            const auto& [index, envelope] = (*envelopes)[n];
            self->answer(index, envelope(a));
        });
    }

    void finish() {
        std::string text = "[";
        for (const std::string& one : answers_) {
            if (one.empty()) continue;
            if (text.size() > 1) text += ',';
            text += one;
        }
        reply_(text.size() == 1 ? std::string{} : text + "]");
    }

    std::vector<std::string> answers_;
    std::atomic<size_t> left_;
    std::atomic<size_t> bytes_ = 0;  ///< of the answers that are there
    std::function<void(std::string)> reply_;
};

namespace {

/// Memory for the parsed form of one message: near at first.
struct ParseMemory {
    std::array<unsigned char, 4096> near;
    json::monotonic_resource resource{near.data(), near.size()};
};

json::value parse_message(std::string_view text, ParseMemory& memory,
                          boost::system::error_code& fault) {
    json::parse_options options;
    options.max_depth = Methods::depth_max;
    return json::parse(text, fault, &memory.resource, options);
}

}  // namespace

std::string Methods::busy() {
    return error_text(nullptr, {code::limit_exceeded, std::string{busy_text}});
}

size_t Methods::requests_in(std::string_view text) {
    const size_t start = text.find_first_not_of(" \t\r\n");
    if (start == text.npos || text[start] != '[') return 1;
    ParseMemory memory;
    boost::system::error_code fault;
    const json::value message = parse_message(text, memory, fault);
    return fault ? 1 : std::clamp<size_t>(message.get_array().size(), 1, batch_max);
}

void Methods::handle(std::string_view text, std::shared_ptr<Session> session,
                     std::function<void(std::string)> reply) const {
    ParseMemory memory;
    boost::system::error_code fault;
    const json::value message = parse_message(text, memory, fault);
    if (fault)
        return reply(error_text(nullptr, {code::parse_error, "parse error: " + fault.message()}));
    const json::array* batch = message.if_array();
    if (batch == nullptr) return run(message, session, std::move(reply));
    if (batch->empty())
        return reply(error_text(nullptr, bad_request("a batch holds at least one request")));
    if (batch->size() > batch_max)
        return reply(error_text(nullptr, bad_request("a batch of " + std::to_string(batch->size()) +
                                                     " requests; at most " +
                                                     std::to_string(batch_max) + " are taken")));
    std::make_shared<Batch>(batch->size(), std::move(reply))->run(*this, *batch, session);
}

const Method* Methods::handle_at_once(std::string_view text,
                                      const std::function<void(std::string)>& reply) const {
    if (text.size() > quick_bytes_max) return nullptr;
    ParseMemory memory;
    boost::system::error_code fault;
    const json::value message = parse_message(text, memory, fault);
    if (fault) return nullptr;
    const Method* method = named_by(*this, message);
    if (method == nullptr || !method->quick) return nullptr;
    run(message, nullptr, reply);
    return method;
}

Answer Methods::call(std::string_view name, const json::array& values) const {
    const auto it = methods_.find(name);
    THAW_ASSERT(it != methods_.end() && it->second->sync);
    return answer_of(*it->second, Params{values, it->second->parameters, nullptr});
}

}  // namespace thaw::rpc
