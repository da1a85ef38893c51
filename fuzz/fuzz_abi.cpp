/// Whatever decodes as arguments of any shape the faces use encodes to the identical bytes; ABI
/// lines read at run time never crash and say again what they said.
#include "thaw/codec/abi_json.hpp"
#include "thaw/protocol/multicall/face.hpp"
#include "thaw/protocol/oracle/face.hpp"

namespace {

using namespace thaw;
using namespace thaw::codec;
using namespace thaw::protocol;

/// Types that keep every bit: decoding then encoding is the identity.
template <class... T>
void exactly(BytesView input) {
    const auto values = decode<T...>(input);
    if (!values) return;
    Bytes again;
    std::apply([&](const auto&... value) { encode_sequence(again, value...); }, *values);
    THAW_ASSERT(std::ranges::equal(again, input));
}
/// Types that saturate: what was decoded once stays what it is.
template <class... T>
void settled(BytesView input) {
    const auto values = decode<T...>(input);
    if (!values) return;
    Bytes once;
    std::apply([&](const auto&... value) { encode_sequence(once, value...); }, *values);
    Bytes twice;
    const auto again = decode<T...>(once);
    THAW_ASSERT(again);
    std::apply([&](const auto&... value) { encode_sequence(twice, value...); }, *again);
    THAW_ASSERT(once == twice);
}

void read_line(BytesView input) {
    const std::string_view text{reinterpret_cast<const char*>(input.data()), input.size()};
    const auto line = parse_abi_line(text);
    if (!line) return;
    const auto again = parse_abi_line(line->signature());
    THAW_ASSERT(again && again->signature() == line->signature());
}

using Shape = void (*)(BytesView);
constexpr Shape shapes[] = {
    exactly<Assets>,
    exactly<Address, Assets>,
    exactly<Address, Address, u128>,
    exactly<uint8_t, uint8_t, Hash, Assets>,
    exactly<Address, Address, Word, Word, uint8_t, Hash, Hash>,
    exactly<std::string, Bytes, bool>,
    exactly<std::vector<multicall::BatchCall>>,
    exactly<std::vector<multicall::Call3>>,
    exactly<bool, std::vector<multicall::Call2>>,
    exactly<std::vector<multicall::Outcome>>,
    exactly<std::vector<Bytes>, std::vector<std::vector<u128>>, std::vector<std::string>>,
    exactly<oracle::Deposit>,
    exactly<oracle::Outcome>,
    exactly<oracle::Report>,
    exactly<std::vector<outbox::Entry>>,
    exactly<std::vector<validators::Entry>, validators::Entry>,
    exactly<std::vector<staking::Way>>,
    exactly<Selector, Byte>,
    settled<Number, Address>,
    settled<Address, Allowance>,
    settled<std::vector<unbonding::Entry>>,
    read_line,
};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    if (size == 0) return 0;
    shapes[data[0] % std::size(shapes)]({data + 1, size - 1});
    return 0;
}
