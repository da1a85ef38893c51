#include "thaw/main/table.hpp"

#include <algorithm>
#include <cstddef>

namespace thaw::cli {

namespace {

/// Characters as a terminal shows them: UTF-8 continuation bytes take no room.
size_t width(const std::string& text) {
    return static_cast<size_t>(
        std::ranges::count_if(text, [](char c) { return (c & 0xC0) != 0x80; }));
}

}  // namespace

TextTable::TextTable(const std::vector<std::string>& headings) {
    std::vector<std::string> first;
    for (const std::string& heading : headings) {
        right_.push_back(heading.starts_with('>'));
        first.push_back(right_.back() ? heading.substr(1) : heading);
    }
    rows_.push_back(std::move(first));
}

void TextTable::add(std::vector<std::string> cells) {
    cells.resize(right_.size());
    rows_.push_back(std::move(cells));
}

std::string TextTable::text() const {
    std::vector<size_t> widths(right_.size());
    for (const auto& row : rows_)
        for (size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], width(row[i]));
    std::string out;
    for (const auto& row : rows_) {
        std::string line;
        for (size_t i = 0; i < row.size(); ++i) {
            const std::string pad(widths[i] - width(row[i]), ' ');
            line += (i == 0 ? "" : "  ") + (right_[i] ? pad + row[i] : row[i] + pad);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out += line + "\n";
    }
    return out;
}

std::string column_amount(const std::string& exact, size_t places) {
    const size_t point = std::min(exact.find('.'), exact.size());
    std::string whole = exact.substr(0, point);
    for (auto at = static_cast<std::ptrdiff_t>(whole.size()) - 3; at > 0; at -= 3)
        whole.insert(static_cast<size_t>(at), ",");
    std::string part = point < exact.size() ? exact.substr(point, places + 1) : "";
    part.erase(part.find_last_not_of('0') + 1);
    if (part == ".") part.clear();
    if (whole == "0" && part.empty() && exact != "0")
        return "<0." + std::string(places - 1, '0') + "1";
    return whole + part;
}

}  // namespace thaw::cli
