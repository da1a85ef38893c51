/// Rows of text in aligned columns.
#pragma once
#include <string>
#include <vector>

namespace thaw::cli {

class TextTable {
  public:
    /// A column's heading; one that begins with '>' is aligned to the right, without the mark.
    explicit TextTable(const std::vector<std::string>& headings);
    void add(std::vector<std::string> cells);
    bool empty() const { return rows_.size() == 1; }
    /// Two blanks between columns, none at the ends of lines.
    std::string text() const;

  private:
    std::vector<bool> right_;
    std::vector<std::vector<std::string>> rows_;
};

/// An amount for a column: at most `places` digits after the point, cut rather than rounded up,
/// thousands apart.
std::string column_amount(const std::string& exact, size_t places);

}  // namespace thaw::cli
