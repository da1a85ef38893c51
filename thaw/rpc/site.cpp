#include "thaw/rpc/site.hpp"

#include <algorithm>

namespace thaw::rpc {

namespace {

/// Scripts, styles and answers from this node only; pictures of wallets come as data: URIs. No page
/// may frame this one.
constexpr const char* page_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; font-src 'self'; manifest-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'";

/// First segments of the app's own paths. Elsewhere a browser is shown the app's page for what
/// there is not, with its status, and a program the problem that it can read.
constexpr std::string_view app_paths[] = {"stake",   "leave",  "portfolio", "earn",  "trust",
                                          "network", "switch", "bridge",    "block", "tx",
                                          "address", "token",  "ticket",    "swap"};

const SiteFile* file_at(Site site, std::string_view path) {
    const auto at = std::ranges::find(site, path, &SiteFile::path);
    return at == site.end() ? nullptr : &*at;
}

bool accepts_gzip(std::string_view encodings) {
    while (!encodings.empty()) {
        const size_t end = std::min(encodings.find(','), encodings.size());
        std::string_view one = encodings.substr(0, end);
        encodings.remove_prefix(std::min(end + 1, encodings.size()));
        one.remove_prefix(std::min(one.find_first_not_of(' '), one.size()));
        if (one.substr(0, one.find_first_of("; ")) != "gzip") continue;
        const size_t weight = one.find("q=0");
        return weight == one.npos || one.find_first_of("123456789", weight + 3) != one.npos;
    }
    return false;
}

HttpResponse file_answer(const SiteFile& file, const Rest::Request& request) {
    const bool is_page = file.path.ends_with(".html");
    const std::string tag = "\"" + std::string{file.digest} + "\"";
    HttpResponse answer{.content_type = std::string{file.content_type}};
    answer.headers = {
        {"ETag", tag},
        {"Vary", "Accept-Encoding"},
        {"Cache-Control",
         file.path.starts_with("/assets/") ? "public, max-age=31536000, immutable" : "no-cache"}};
    if (is_page) {
        answer.headers.emplace_back("Content-Security-Policy", page_policy);
        answer.headers.emplace_back("Referrer-Policy", "no-referrer");
    }
    if (request.if_none_match.find(tag) != std::string::npos) {
        answer.status = 304;
        return answer;
    }
    if (!file.zipped.empty() && accepts_gzip(request.accept_encoding)) {
        answer.headers.emplace_back("Content-Encoding", "gzip");
        answer.body = file.zipped;
    } else {
        answer.body = file.plain;
    }
    return answer;
}

bool is_app_path(std::string_view path) {
    path.remove_prefix(path.starts_with('/') ? 1 : 0);
    return std::ranges::find(app_paths, path.substr(0, path.find('/'))) != std::end(app_paths);
}

HttpResponse answer(Site site, const SiteFile& index, const Rest::Request& request) {
    if (const SiteFile* file = file_at(site, request.path)) return file_answer(*file, request);
    if (is_app_path(request.path)) return file_answer(index, request);
    if (request.accept.find("text/html") == std::string::npos || request.path.starts_with("/v1/") ||
        request.path.starts_with("/assets/"))
        return problem(404, "Not Found",
                       "nothing answers on " + request.path + "; /openapi.json lists what does");
    HttpResponse page = file_answer(index, {});
    page.status = 404;
    return page;
}

}  // namespace

void add_site(Rest& rest, Site site) {
    const SiteFile* index = file_at(site, "/index.html");
    if (index == nullptr) return;
    rest.add("/", "The web app.",
             [index](const Rest::Request& request) { return file_answer(*index, request); });
    rest.set_fallback(
        [site, index](const Rest::Request& request) { return answer(site, *index, request); });
}

}  // namespace thaw::rpc
