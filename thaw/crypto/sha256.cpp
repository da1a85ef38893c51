#include "thaw/crypto/sha256.hpp"

#include <openssl/evp.h>

#include "thaw/base/assert.hpp"

namespace thaw::crypto {

Sha256::Sha256() : context_{EVP_MD_CTX_new()} {
    THAW_ASSERT(context_ != nullptr);
    THAW_ASSERT(EVP_DigestInit_ex(context_, EVP_sha256(), nullptr) == 1);
}

Sha256::~Sha256() { EVP_MD_CTX_free(context_); }

void Sha256::add(BytesView piece) {
    THAW_ASSERT(EVP_DigestUpdate(context_, piece.data(), piece.size()) == 1);
}

Hash Sha256::finish() {
    Hash out;
    unsigned size = 0;
    THAW_ASSERT(EVP_DigestFinal_ex(context_, out.bytes.data(), &size) == 1);
    THAW_ASSERT(size == out.bytes.size());
    return out;
}

}  // namespace thaw::crypto
