//! Signs drawn by hand for the few states that run through everything.

/// A sign with its word; the drawing never stands alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mark {
    /// Locked for one person.
    Sealed,
    /// A copy that bears its recipient's marks.
    Copy,
    /// Countersigned by somebody outside.
    Countersigned,
    /// Kept back until somebody decides.
    Held,
    /// Past its deadline.
    Overdue,
    /// Done, met or allowed.
    Met,
    /// Not done, not met or refused.
    Unmet,
}

impl Mark {
    /// The word beside the drawing.
    pub fn word(self) -> &'static str {
        match self {
            Mark::Sealed => "sealed",
            Mark::Copy => "marked copy",
            Mark::Countersigned => "countersigned",
            Mark::Held => "held",
            Mark::Overdue => "overdue",
            Mark::Met => "met",
            Mark::Unmet => "not met",
        }
    }

    /// The colour's name in `style.css`.
    pub fn tone(self) -> &'static str {
        match self {
            Mark::Sealed | Mark::Copy | Mark::Countersigned => "calm",
            Mark::Held | Mark::Overdue => "clock",
            Mark::Met => "granted",
            Mark::Unmet => "refused",
        }
    }

    /// The drawing: an SVG path on a square of 16 units, stroked.
    pub fn path(self) -> &'static str {
        match self {
            Mark::Sealed => "M3.5 7.5h9v6h-9zM5.5 7.5V5a2.5 2.5 0 0 1 5 0v2.5M8 10v1.5",
            Mark::Copy => "M5.5 5.5h8v8h-8zM3 10.5H2.5v-8h8V3M8 8.5h3M8 10.5h1.5",
            Mark::Countersigned => {
                "M2 11.5c2-5 3.5-7 4.5-6s-2.5 5.5-1 6 2-3.5 3.5-3-1 3 .5 3 1.5-1.5 2.5-1.5H14M2 14h12"
            }
            Mark::Held => "M2.5 2.5h11v11h-11zM6.3 5.8v4.4M9.7 5.8v4.4",
            Mark::Overdue => "M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11M8 5v3.5l2.5 1.5",
            Mark::Met => "M3 8.5l3.5 3.5L13 4.5",
            Mark::Unmet => "M8 2.5a5.5 5.5 0 1 1 0 11 5.5 5.5 0 0 1 0-11M4.2 11.8l7.6-7.6",
        }
    }
}
