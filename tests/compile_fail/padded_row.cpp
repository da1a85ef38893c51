// expect: constraint
#include "thaw/base/table.hpp"

// A row with padding holds bytes that mean nothing: it has no digest and may not lie in a table.
struct Row {
    uint8_t kind = 0;
#ifndef THAW_WRONG
    uint8_t reserved[7]{};
#endif
    uint64_t value = 0;
};
thaw::Table<uint64_t, Row> table;
