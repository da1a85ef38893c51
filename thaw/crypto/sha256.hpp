/// SHA-256 in pieces, for files: what `sha256sum` prints.
#pragma once
#include "thaw/base/types.hpp"

struct evp_md_ctx_st;  // OpenSSL's

namespace thaw::crypto {

class Sha256 {
  public:
    Sha256();
    ~Sha256();
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;
    void add(BytesView piece);
    /// Of all pieces, once; it takes no more afterwards.
    Hash finish();

  private:
    evp_md_ctx_st* context_;
};

}  // namespace thaw::crypto
