/// JSON-RPC as the load generator writes and reads it: bodies made beforehand, answers skimmed.
#pragma once
#include <chrono>
#include <thread>
#include <vector>

#include "bench/connection.hpp"
#include "thaw/base/types.hpp"

namespace thaw::bench {

using WallClock = std::chrono::steady_clock;

inline std::string request(std::string_view method, std::string_view params) {
    return "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + std::string{method} + "\",\"params\":[" +
           std::string{params} + "]}";
}
inline std::string quoted(std::string_view text) { return "\"" + std::string{text} + "\""; }

/// The requests as bodies: singly, or as JSON-RPC batches of `size`.
inline std::vector<std::string> bodies(const std::vector<std::string>& requests, size_t size) {
    if (size == 1) return requests;
    std::vector<std::string> out;
    for (size_t i = 0; i < requests.size(); i += size) {
        std::string body = "[";
        for (size_t j = i; j < std::min(requests.size(), i + size); ++j)
            body += (j == i ? "" : ",") + requests[j];
        out.push_back(body + "]");
    }
    return out;
}

inline bool is_refusal(const std::string& answer) {
    return answer.find("\"error\"") != std::string::npos;
}

/// The answer; stops the programme when any part of it is a refusal.
inline std::string post(Connection& connection, const std::string& body) {
    std::string answer = connection.post(body);
    if (is_refusal(answer)) stop("refused: " + answer.substr(0, 400));
    return answer;
}

/// The quantities of the answer's results, in order.
inline std::vector<u128> quantities(const std::string& answer) {
    std::vector<u128> found;
    constexpr std::string_view mark = "\"result\":\"0x";
    for (size_t at = answer.find(mark); at != std::string::npos; at = answer.find(mark, at)) {
        at += mark.size();
        u128 value = 0;
        for (; answer[at] != '"'; ++at)
            value = value << 4 | static_cast<unsigned>(answer[at] <= '9' ? answer[at] - '0'
                                                                         : answer[at] - 'a' + 10);
        found.push_back(value);
    }
    return found;
}

/// Sends each connection its bodies, all connections at once; returns when all are answered.
inline void send_all(uint16_t port, const std::vector<std::vector<std::string>>& by_connection) {
    std::vector<std::jthread> threads;
    for (const auto& own : by_connection)
        threads.emplace_back([port, &own] {
            Connection connection{port};
            for (const std::string& body : own) post(connection, body);
        });
}

template <class F>
double seconds(const F& work) {
    const auto start = WallClock::now();
    work();
    return std::chrono::duration<double>(WallClock::now() - start).count();
}

/// The value below which `share` of the values lie.
template <class T>
T quantile(std::vector<T>& values, double share) {
    if (values.empty()) return {};
    const auto at = static_cast<size_t>(share * static_cast<double>(values.size() - 1));
    std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(at),
                     values.end());
    return values[at];
}

}  // namespace thaw::bench
