/// One HTTP connection to a node, kept open between requests.
#pragma once
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace thaw::cli {

class HttpClient {
  public:
    /// "http://127.0.0.1:8545" or with a path. Throws Failure (usage) for anything else, https
    /// included.
    explicit HttpClient(std::string_view url);
    ~HttpClient();

    /// Posts JSON and returns the body. Throws Failure (unreachable) when nobody answers, or not
    /// with 200.
    std::string post(const std::string& body, std::chrono::milliseconds patience);
    const std::string& url() const { return url_; }

  private:
    struct Connection;
    void connect(std::chrono::milliseconds patience);
    std::string exchange(const std::string& body, std::chrono::milliseconds patience);

    std::string url_, host_, port_ = "80", path_ = "/";
    std::unique_ptr<Connection> connection_;
};

}  // namespace thaw::cli
