/// Faces as the JSON ABI that wallets, scripts and indexers load: ABI lines read at run time.
#pragma once
#include <optional>
#include <string>

#include "thaw/codec/face.hpp"

namespace thaw::codec {

struct AbiParameter {
    std::string type;  ///< as JSON has it: "uint256", "tuple[]"
    std::string name;  ///< may be empty
    bool indexed = false;
    std::vector<AbiParameter> components;  ///< of a tuple
};

/// One line, understood. Which kind of thing it declares, the line itself does not say.
struct AbiLine {
    std::string name;
    std::vector<AbiParameter> inputs;
    std::vector<AbiParameter> outputs;
    bool view = false;
    bool payable = false;

    /// "f((uint256,address)[],bytes)".
    std::string signature() const;
    uint32_t selector() const;
};

/// Reads what `declare` reads while compiling. Nothing for a malformed line.
std::optional<AbiLine> parse_abi_line(std::string_view line);

/// A JSON array: functions, then events, then errors, each in the order of the face. Lines that do
/// not parse are left out, and there are none: the compiler has read each of them.
std::string abi_json(const FaceText& face);

}  // namespace thaw::codec
