// expect: could not convert
#include "thaw/protocol/prices/math.hpp"

using namespace thaw;
using namespace thaw::protocol;

prices::Value careless(Assets assets, liquid::Rate rate, prices::Price price) {
#ifdef THAW_WRONG
    (void)price;
    return prices::value_of(assets, rate, 18, Round::down);
#else
    (void)rate;
    return prices::value_of(assets, price, 18, Round::down);
#endif
}
