/// Whatever arrives at the door is answered in form: JSON with a result or an error and never both,
/// or nothing at all.
#include "thaw/base/assert.hpp"
#include "thaw/rpc/decode.hpp"
#include "thaw/rpc/typed_data_json.hpp"

namespace {

using namespace thaw;
using namespace thaw::rpc;

template <class T>
void add_reader(Methods& methods, std::string name, Decoded<T> (*read)(const json::value&, Where)) {
    methods.add(std::move(name), "value other?", "", [read](const Params& p) -> Answer {
        TRY(argument(p, 0, read));
        return p.size();
    });
}

/// A method for every reader of parameters, and one that answers later and in bulk.
Methods registry() {
    Methods methods;
    add_reader(methods, "quantity", read_quantity);
    add_reader(methods, "number", read_number);
    add_reader(methods, "data", read_data);
    add_reader(methods, "address", read_address);
    add_reader(methods, "block", read_block);
    add_reader(methods, "call", read_call);
    add_reader(methods, "filter", read_filter);
    add_reader(methods, "typed", typed_data_digest);
    methods.add_async("later", "value?", "", [](const Params&, const Reply& reply) { reply(true); })
        .bulk = [](std::span<const Params> all, const std::function<void(size_t, Answer)>& answer) {
        for (size_t i = 0; i < all.size(); ++i) answer(i, true);
    };
    return methods;
}

void check_answer(const json::value& value) {
    const json::object* answer = value.if_object();
    THAW_ASSERT(answer != nullptr && answer->contains("id"));
    THAW_ASSERT(answer->contains("result") != answer->contains("error"));
    if (const auto* error = answer->if_contains("error"))
        THAW_ASSERT(error->at("code").is_int64() && !error->at("message").get_string().empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
    static const Methods methods = registry();
    int answers = 0;
    methods.handle({reinterpret_cast<const char*>(data), size}, nullptr,
                   [&](const std::string& text) {
                       ++answers;
                       if (text.empty()) return;
                       const json::value value = json::parse(text);
                       if (const auto* batch = value.if_array())
                           for (const json::value& one : *batch) check_answer(one);
                       else
                           check_answer(value);
                   });
    THAW_ASSERT(answers == 1);
    return 0;
}
