#include "thaw/sim/loss.hpp"

#include <fmt/format.h>

#include <cmath>

#include "thaw/protocol/opportunities/math.hpp"
#include "thaw/protocol/stable/books.hpp"

namespace thaw::sim {

namespace {

using protocol::stable::Market;
constexpr u128 laid_in = 1'000'000'000'000'000;  // base units on either side
constexpr uint64_t whole_ppm = 1'000'000;

uint64_t ppm_of(double part) { return static_cast<uint64_t>(std::llround(part * whole_ppm)); }
double real(u128 value) { return static_cast<double>(value); }

/// 1 − 2√p/(1+p): what x·y = k loses when a price has become p times what it was.
double constant_product(double p) { return 1 - 2 * std::sqrt(p) / (1 + p); }

/// The asset first, the token second, at so many millionths of the rate at first.
Market market_at(uint64_t rate_ppm) {
    return {.first = {laid_in, {}},
            .second = {laid_in, {rate_ppm, 1}},
            .amplification = protocol::stable::Terms{}.amplification,
            .fee_ppm = 0};
}

/// Sells the token until its price in worth is down at `price_ppm`.
Market sold_down(Market m, uint64_t price_ppm) {
    u128 low = 0;
    u128 high = 100 * laid_in;
    const auto sold = [&](u128 amount) -> std::optional<Market> {
        if (amount == 0) return m;
        const auto out = protocol::stable::bought(protocol::stable::reversed(m), amount);
        if (!out) return std::nullopt;
        Market then = m;
        then.second.reserve += amount;
        then.first.reserve -= *out;
        return then;
    };
    const auto above = [&](u128 amount) {
        const auto then = sold(amount);
        if (!then) return false;
        const auto at =
            protocol::stable::point(protocol::stable::reversed(*then), Round::down).value();
        return protocol::stable::marginal_price(at).value_or(0) >
               u128{price_ppm} * 1'000'000'000'000;
    };
    while (high - low > laid_in / 1'000'000) {
        const u128 middle = low + (high - low) / 2;
        (above(middle) ? low : high) = middle;
    }
    return *sold(low);
}

double lost(const Market& end, double price) {
    return 1 - (real(end.first.reserve) + real(end.second.reserve) * price) /
                   (real(laid_in) * (1 + price));
}

}  // namespace

Loss loss_by_rewards(double grown) {
    const Market moved = market_at(whole_ppm + ppm_of(grown));
    const Market end =
        protocol::opportunities::after(moved, protocol::opportunities::closing(moved, 0));
    return {grown, constant_product(1 + grown), std::max(0.0, lost(end, 1 + grown))};
}

Loss loss_by_discount(double fallen) {
    const Market end = sold_down(market_at(whole_ppm), whole_ppm - ppm_of(fallen));
    return {fallen, constant_product(1 - fallen), std::max(0.0, lost(end, 1 - fallen))};
}

std::vector<Loss> losses_by_rewards() {
    std::vector<Loss> all;
    for (const double grown : {0.01, 0.05, 0.10, 0.20, 0.50, 1.00})
        all.push_back(loss_by_rewards(grown));
    return all;
}

std::vector<Loss> losses_by_discount() {
    std::vector<Loss> all;
    for (const double fallen : {0.001, 0.005, 0.01, 0.02, 0.05, 0.10})
        all.push_back(loss_by_discount(fallen));
    return all;
}

namespace {

constexpr double left = 70, top = 60, width = 360, height = 240, apart = 470;

struct Panel {
    std::string_view title, below;
    double moved_max, lost_max;
    Loss (*at)(double);
    double x0;

    double x(double moved) const { return x0 + moved / moved_max * width; }
    double y(double part) const { return top + height - part / lost_max * height; }
};

std::string line(const Panel& panel, double Loss::*which, std::string_view style) {
    std::string points;
    constexpr int steps = 50;
    for (int i = 0; i <= steps; ++i) {
        const Loss loss = panel.at(panel.moved_max * i / steps);
        points += fmt::format("{:.1f},{:.1f} ", panel.x(loss.moved), panel.y(loss.*which));
    }
    points.pop_back();
    return fmt::format("<polyline fill=\"none\" stroke-width=\"2.5\" {} points=\"{}\"/>\n", style,
                       points);
}

std::string panel_text(const Panel& p) {
    std::string out = fmt::format("<text x=\"{}\" y=\"{}\" font-weight=\"bold\">{}</text>\n", p.x0,
                                  top - 18, p.title);
    for (int i = 0; i <= 4; ++i) {
        const double part = p.lost_max * i / 4;
        const double moved = p.moved_max * i / 4;
        out += fmt::format(
            "<line x1=\"{}\" x2=\"{}\" y1=\"{}\" y2=\"{}\" stroke=\"#ccc\"/>\n"
            "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{:.4g} %</text>\n"
            "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{:.4g} %</text>\n",
            p.x0, p.x0 + width, p.y(part), p.y(part), p.x0 - 8, p.y(part) + 4, part * 100,
            p.x(moved), top + height + 20, moved * 100);
    }
    out += fmt::format("<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>\n",
                       p.x0 + width / 2, top + height + 42, p.below);
    out += line(p, &Loss::constant_product, "stroke=\"#b3541e\" stroke-dasharray=\"7 4\"");
    out += line(p, &Loss::stable, "stroke=\"#1f6f8b\"");
    return out;
}

}  // namespace

std::string loss_picture() {
    const Panel rewards{
        "the rate grows by rewards", "growth of the rate", 1.0, 0.06, loss_by_rewards, left};
    const Panel discount{"the market falls below fair value",
                         "below fair value",
                         0.10,
                         0.06,
                         loss_by_discount,
                         left + apart};
    std::string out =
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 930 400\" "
        "font-family=\"sans-serif\" "
        "font-size=\"13\" role=\"img\">\n<title>Impermanent loss of a stable pair and of a "
        "constant-product pair</title>\n<rect width=\"930\" height=\"400\" fill=\"#fff\"/>\n";
    out += panel_text(rewards) + panel_text(discount);
    out +=
        "<line x1=\"70\" x2=\"110\" y1=\"380\" y2=\"380\" stroke=\"#1f6f8b\" "
        "stroke-width=\"2.5\"/>\n<text x=\"118\" y=\"384\">stable pair</text>\n"
        "<line x1=\"220\" x2=\"260\" y1=\"380\" y2=\"380\" stroke=\"#b3541e\" stroke-width=\"2.5\" "
        "stroke-dasharray=\"7 4\"/>\n<text x=\"268\" y=\"384\">constant product</text>\n</svg>\n";
    return out;
}

}  // namespace thaw::sim
