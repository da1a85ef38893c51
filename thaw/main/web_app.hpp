/// The web app's files, built into the program: `tools/embed_site.py` writes the definition from
/// what `make web` left in web/dist.
#pragma once
#include "thaw/rpc/site.hpp"

namespace thaw::cli {

/// Empty in a program that was built without the web app.
rpc::Site web_app();

}  // namespace thaw::cli
