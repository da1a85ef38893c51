// Faces: selectors and topics that the world already knows, events, errors, dispatch.
#include "thaw/codec/face.hpp"

#include <gtest/gtest.h>

#include "thaw/base/text.hpp"

namespace thaw::codec {
namespace {

template <Text line>
constexpr uint32_t selector = declare(line.view()).selector();
template <Text line>
constexpr Hash topic = declare(line.view()).topic();

struct Context {
    u128 sent = 0;
    u128 stored = 0;
    Assets value() const { return Assets{sent}; }
};

Result<u128> put(Context& context, u128 value) { return context.stored = value; }
Result<u128> pay(Context& context) { return context.sent; }
Result<std::tuple<u128, bool>> get(const Context& context) {
    return std::tuple{context.stored, context.stored != 0};
}
Result<void> nothing(Context&) { return {}; }

template <Text text, auto function>
using Verb = Function<Context, Context, text, function>;
using Sample = Interface<Context, Events<>, Errors<>, Verb<"put(uint256 x) returns (uint256)", put>,
                         Verb<"pay() payable returns (uint256)", pay>,
                         Verb<"get() view returns (uint256 value, bool some)", get>,
                         Verb<"nothing()", nothing>>;

TEST(Face, KnowsWhatTheWorldKnows) {
    EXPECT_EQ(selector<"transfer(address to, uint256 value) returns (bool)">, 0xa9059cbbu);
    EXPECT_EQ(selector<"balanceOf(address)">, 0x70a08231u);
    EXPECT_EQ(selector<"permit(address,address,uint256,uint256,uint8,bytes32,bytes32)">,
              0xd505accfu);
    EXPECT_EQ(selector<"aggregate3((address target, bool allowFailure, bytes callData)[] calls)">,
              0x82ad56cbu);
    EXPECT_EQ(to_hex(topic<"Transfer(address indexed from, address indexed to, uint256 value)">),
              "0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef");
    EXPECT_EQ(selector<"ERC20InsufficientBalance(address,uint256,uint256)">, 0xe450d38cu);
}

TEST(Face, DispatchesAndRefuses) {
    Context context;
    const auto call = [&](const Bytes& data) { return Sample::dispatch(context, data); };
    EXPECT_EQ(to_hex(*call(call_data<"put(uint256 x)">(u128{7}))),
              "0x" + std::string(63, '0') + "7");
    EXPECT_EQ(call(call_data<"get()">())->size(), 64u);
    EXPECT_TRUE(call(call_data<"nothing()">())->empty());
    EXPECT_TRUE(call({1, 2, 3, 4}).error().data.empty());
    EXPECT_TRUE(call({}).error().data.empty());
    Bytes longer = call_data<"put(uint256 x)">(u128{7});
    longer.push_back(0);
    EXPECT_EQ(*call(longer), *call(call_data<"put(uint256 x)">(u128{7}))) << "a mark at the end";
    const Bytes shorter{longer.begin(), longer.end() - 2};
    EXPECT_EQ(call(shorter).error().data, revert_with(MalformedArguments{}).data);
    context.sent = 5;
    EXPECT_EQ(call(longer).error().data, revert_with(NotPayable{}).data);
    EXPECT_EQ(call(call_data<"get()">()).error().data, revert_with(NotPayable{}).data);
    EXPECT_TRUE(call(call_data<"pay()">()));
}

struct Mixed {
    static constexpr std::string_view abi =
        "Mixed(address indexed who, string note, uint64 indexed id, uint256[] list)";
    Address who;
    std::string note;
    uint64_t id;
    std::vector<u128> list;
};

TEST(Events, IndexedFieldsAreTopicsAndTheRestIsData) {
    const Address who = *parse_address("0x00000000000000000000000000000000000000aa");
    const Log log = encode_event(who, Mixed{who, "hi", 9, {3}});
    ASSERT_EQ(log.topics.size(), 3u);
    EXPECT_EQ(to_hex(log.topics[1]), "0x" + std::string(62, '0') + "aa");
    EXPECT_EQ(to_hex(log.topics[2]), "0x" + std::string(63, '0') + "9");
    const auto data = decode<std::string, std::vector<u128>>(log.data);
    ASSERT_TRUE(data);
    EXPECT_EQ(std::get<0>(*data), "hi");
    EXPECT_EQ(std::get<1>(*data), std::vector<u128>{3});
}

}  // namespace
}  // namespace thaw::codec
