#include "thaw/rpc/site.hpp"

#include <thread>

#include "thaw/rpc/door_test.hpp"

namespace thaw::rpc::test {

namespace {

constexpr SiteFile files[] = {
    {.path = "/index.html",
     .content_type = "text/html; charset=utf-8",
     .digest = "aaaa",
     .plain = "<!doctype html>the app",
     .zipped = "ZIPPED PAGE"},
    {.path = "/assets/app-1.js",
     .content_type = "text/javascript; charset=utf-8",
     .digest = "bbbb",
     .plain = "script",
     .zipped = {}},
};

/// A door with a site behind it.
struct SiteDoor : testing::Test {
    World world;
    std::unique_ptr<Service> service;

    SiteDoor() {
        Options options;
        options.site = files;
        service = std::make_unique<Service>(world.start(), options);
        service->start();
    }
    ~SiteDoor() override { service->stop(); }

    std::string get(std::string_view path, std::string_view headers = {}) const {
        return send_raw(service->port(), "GET " + std::string{path} +
                                             " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" +
                                             std::string{headers} + "\r\n");
    }
};

bool says(const std::string& response, std::string_view header) {
    return response.find("\r\n" + std::string{header} + "\r\n") != std::string::npos;
}

}  // namespace

TEST_F(SiteDoor, files_have_their_type_and_their_cache) {
    const std::string page = get("/");
    EXPECT_EQ(body_of(page), "<!doctype html>the app");
    EXPECT_TRUE(says(page, "Content-Type: text/html; charset=utf-8"));
    EXPECT_TRUE(says(page, "Cache-Control: no-cache"));
    EXPECT_NE(page.find("\r\nContent-Security-Policy: default-src 'none'; script-src 'self';"),
              std::string::npos);
    const std::string script = get("/assets/app-1.js");
    EXPECT_EQ(body_of(script), "script");
    EXPECT_TRUE(says(script, "Cache-Control: public, max-age=31536000, immutable"));
    EXPECT_TRUE(says(script, "X-Content-Type-Options: nosniff"));
    EXPECT_EQ(script.find("Content-Security-Policy"), std::string::npos);
}

TEST_F(SiteDoor, who_has_the_file_is_not_sent_it_again) {
    const std::string same = get("/", "If-None-Match: \"zzzz\", \"aaaa\"\r\n");
    EXPECT_EQ(status_of(same), "HTTP/1.1 304 Not Modified");
    EXPECT_EQ(body_of(same), "");
    EXPECT_TRUE(says(same, "ETag: \"aaaa\""));
    EXPECT_EQ(status_of(get("/", "If-None-Match: \"aaab\"\r\n")), "HTTP/1.1 200 OK");
}

TEST_F(SiteDoor, only_who_unzips_gets_it_zipped) {
    for (const auto yes : {"gzip", "br, gzip", "gzip;q=0.5", "deflate,gzip ;q=1"}) {
        const std::string page = get("/", "Accept-Encoding: " + std::string{yes} + "\r\n");
        EXPECT_EQ(body_of(page), "ZIPPED PAGE") << yes;
        EXPECT_TRUE(says(page, "Content-Encoding: gzip")) << yes;
        EXPECT_TRUE(says(page, "Vary: Accept-Encoding")) << yes;
    }
    for (const auto no : {"identity", "gzip;q=0", "gzip; q=0.0", "xgzip", "br"})
        EXPECT_EQ(body_of(get("/", "Accept-Encoding: " + std::string{no} + "\r\n")),
                  "<!doctype html>the app")
            << no;
    EXPECT_EQ(body_of(get("/assets/app-1.js", "Accept-Encoding: gzip\r\n")), "script")
        << "a file that zipping did not make smaller";
}

TEST_F(SiteDoor, pages_of_the_app_can_be_linked_to) {
    for (const auto path : {"/stake", "/stake/bnb", "/tx/0x12", "/address/0xab?x=1", "/block/7"}) {
        EXPECT_EQ(status_of(get(path)), "HTTP/1.1 200 OK") << path;
        EXPECT_EQ(body_of(get(path)), "<!doctype html>the app") << path;
    }
    // What there is not: in words for a program, as a page with the same status for a browser.
    EXPECT_TRUE(says(get("/nothing"), "Content-Type: application/problem+json"));
    const std::string shown = get("/nothing", "Accept: text/html,*/*\r\n");
    EXPECT_EQ(status_of(shown), "HTTP/1.1 404 Not Found");
    EXPECT_EQ(body_of(shown), "<!doctype html>the app");
    for (const auto path : {"/assets/app-2.js", "/v1/nothing", "/../../etc/passwd", "/stakes"})
        EXPECT_EQ(status_of(get(path)), "HTTP/1.1 404 Not Found") << path;
    EXPECT_EQ(status_of(get("/assets/app-2.js", "Accept: text/html\r\n")),
              "HTTP/1.1 404 Not Found");
    EXPECT_TRUE(says(get("/v1/nothing", "Accept: text/html\r\n"),
                     "Content-Type: application/problem+json"));
    EXPECT_EQ(status_of(get("/livez")), "HTTP/1.1 200 OK") << "the node's own paths come first";
}

TEST(events, a_stream_begins_with_the_head_and_tells_of_each_block) {
    const Door door;
    const int socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(door.service->port());
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    ASSERT_EQ(::connect(socket, reinterpret_cast<const sockaddr*>(&to), sizeof to), 0);
    constexpr std::string_view request = "GET /v1/stream HTTP/1.1\r\nHost: x\r\n\r\n";
    ASSERT_EQ(::send(socket, request.data(), request.size(), 0), ssize_t{request.size()});
    const timeval patience{.tv_sec = 5, .tv_usec = 0};
    ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    std::string heard;
    const auto hear = [&](std::string_view what) {
        char buffer[4096];
        for (ssize_t n = 1; n > 0 && heard.find(what) == std::string::npos;)
            if ((n = ::recv(socket, buffer, sizeof buffer, 0)) > 0)
                heard.append(buffer, static_cast<size_t>(n));
        return heard.find(what) != std::string::npos;
    };
    EXPECT_TRUE(hear("event: block\ndata: {\"block\":0,")) << heard;
    EXPECT_TRUE(says(heard, "Content-Type: text/event-stream")) << heard;
    EXPECT_TRUE(says(heard, "Cache-Control: no-store"));
    door.text("evm_mine");
    EXPECT_TRUE(hear("event: block\ndata: {\"block\":1,")) << heard;
    EXPECT_TRUE(heard.ends_with("\n\n"));
    ::close(socket);
    door.text("evm_mine");  // nobody listens any more
}

TEST(events, an_open_stream_does_not_hold_up_the_end) {
    auto door = std::make_unique<Door>();
    const uint16_t port = door->service->port();
    std::jthread reader{[port] {
        const std::string all = send_raw(port, "GET /v1/stream HTTP/1.1\r\nHost: x\r\n\r\n");
        EXPECT_NE(all.find("event: block"), std::string::npos);
    }};
    std::this_thread::sleep_for(std::chrono::milliseconds{200});
    const auto begin = std::chrono::steady_clock::now();
    door.reset();
    EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds{1});
}

}  // namespace thaw::rpc::test
