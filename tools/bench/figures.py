"""What a measurement is, and how it is read: medians, ratios, goals."""
import dataclasses
import statistics


@dataclasses.dataclass
class Row:
    """One line of the table: ours beside what it is held against.

    `goal` is a pair such as (">=", 20): what the ratio must be. Without a peer a row states a
    figure.
    """
    part: str
    what: str
    unit: str
    ours: list
    peer: list = dataclasses.field(default_factory=list)
    goal: tuple = ()
    command: str = ""
    note: str = ""
    absolute: bool = False  # the goal is about our own figure, not about a ratio

    def ratio(self):
        """Ours over theirs, of the medians; None without a peer."""
        if not self.peer or not statistics.median(self.peer):
            return None
        return statistics.median(self.ours) / statistics.median(self.peer)

    def met(self):
        """Whether the goal is reached; None when there is none."""
        value = statistics.median(self.ours) if self.absolute else self.ratio()
        if not self.goal or value is None:
            return None
        sign, bound = self.goal
        return value >= bound if sign == ">=" else value <= bound

    def as_json(self):
        return {**dataclasses.asdict(self), "ratio": self.ratio(), "met": self.met(),
                "ours_median": statistics.median(self.ours),
                "peer_median": statistics.median(self.peer) if self.peer else None}


def number(value):
    """Three significant digits, thousands apart."""
    if abs(value) >= 1000:
        digits = len(str(int(abs(value)))) - 3
        return f"{int(round(value, -digits)):,}"
    return f"{value:.3g}"


def spread(values):
    """The median, with the least and the greatest where there are several."""
    middle = number(statistics.median(values))
    if len(values) == 1:
        return middle
    return f"{middle} ({number(min(values))}–{number(max(values))})"
