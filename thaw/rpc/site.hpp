/// The web app as the node serves it: files that came with the program, and the app's own paths.
#pragma once
#include <span>

#include "thaw/rpc/rest.hpp"

namespace thaw::rpc {

/// One file of the site. All views outlive the service.
struct SiteFile {
    std::string_view path;          ///< "/assets/app-3f2a.js"
    std::string_view content_type;  ///< with its charset
    std::string_view digest;        ///< of the content: its entity tag
    std::string_view plain;
    std::string_view zipped;  ///< by gzip; empty where that saves nothing
};
using Site = std::span<const SiteFile>;

/// Serves the files, and "/index.html" on "/" and wherever a page of the app may live: a reload or
/// a link from elsewhere (EIP-3091's /block, /tx, /address, /token) finds it. Files under /assets/
/// carry their digest in their name and never change. Does nothing when there is no index.html.
void add_site(Rest& rest, Site site);

}  // namespace thaw::rpc
