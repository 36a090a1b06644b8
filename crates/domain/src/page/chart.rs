//! Charts: geometry worked out here, drawn as SVG by the macros in `parts.html`, whose escaping applies to every word.

use super::Count;

/// Width of every chart in SVG units; the page scales it.
pub const WIDTH: u32 = 400;
/// Height of a line chart's drawing area in SVG units.
const HEIGHT: u32 = 160;
/// Room above the drawing area for the topmost gridline's number.
const TOP: u32 = 20;

/// Counts to be drawn, always with their numbers in a table below.
#[derive(Debug, Clone)]
pub struct Chart {
    /// What is counted, over what: "Members' details shown, each day".
    pub title: String,
    /// Heading of the labels' column in the table: "Day", "Type of voter".
    pub along: String,
    /// One label for each value of a series, in order.
    pub labels: Vec<String>,
    /// One series for a bar chart, one or more for a line chart, in ballot order where they are campaigns.
    pub series: Vec<Series>,
}

/// One line of a line chart, or the bars of a bar chart.
#[derive(Debug, Clone)]
pub struct Series {
    /// Whose numbers these are.
    pub name: String,
    /// One count for each of the chart's labels.
    pub values: Vec<u64>,
}

/// A bar, in SVG units.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// The label above it.
    pub label: String,
    /// The count, grouped by thousands.
    pub value: String,
    /// Baseline of the words.
    pub text_y: u32,
    /// Top edge of the bar.
    pub y: u32,
    /// Length of the bar; a count above zero is never drawn as nothing.
    pub width: u32,
}

/// A gridline of a line chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grid {
    /// Its height on the page.
    pub y: u32,
    /// The count it stands for.
    pub value: String,
}

impl Chart {
    /// The bars of the first series, top to bottom.
    pub fn bars(&self) -> Vec<Bar> {
        let Some(series) = self.series.first() else { return Vec::new() };
        let top = series.values.iter().copied().max().unwrap_or(0).max(1);
        let rows = self.labels.iter().zip(&series.values).zip(0u32..);
        rows.map(|((label, &value), row)| Bar {
            label: label.clone(),
            value: Count(value).to_string(),
            text_y: row * 44 + 16,
            y: row * 44 + 23,
            width: scale(value, top, WIDTH).max(u32::from(value > 0)),
        })
        .collect()
    }

    /// Height of the bar chart in SVG units.
    pub fn bars_height(&self) -> u32 {
        u32::try_from(self.labels.len()).unwrap_or(0) * 44
    }

    /// Each line as the `points` of an SVG polyline.
    pub fn lines(&self) -> Vec<String> {
        let last = u32::try_from(self.labels.len().saturating_sub(1)).unwrap_or(0).max(1);
        let ceiling = self.ceiling();
        let point = |(&value, i): (&u64, u32)| {
            format!("{},{}", i * WIDTH / last, TOP + HEIGHT - scale(value, ceiling, HEIGHT))
        };
        self.series
            .iter()
            .map(|s| s.values.iter().zip(0u32..).map(point).collect::<Vec<_>>().join(" "))
            .collect()
    }

    /// Gridlines at nothing, half and the whole.
    pub fn grid(&self) -> Vec<Grid> {
        let ceiling = self.ceiling();
        [ceiling, ceiling / 2, 0]
            .map(|value| Grid {
                y: TOP + HEIGHT - scale(value, ceiling, HEIGHT),
                value: Count(value).to_string(),
            })
            .into()
    }

    /// Height of the line chart in SVG units, labels included.
    pub fn lines_height(&self) -> u32 {
        TOP + HEIGHT + 26
    }

    /// The table's rows: a label and each series' count, grouped by thousands.
    pub fn rows(&self) -> Vec<(&str, Vec<String>)> {
        let cell = |i: usize| {
            move |s: &Series| s.values.get(i).map_or_else(|| "–".to_owned(), |&v| Count(v).to_string())
        };
        self.labels
            .iter()
            .enumerate()
            .map(|(i, l)| (l.as_str(), self.series.iter().map(cell(i)).collect()))
            .collect()
    }

    /// The largest count, rounded up to 1, 2, 4, 6 or 8 times a power of ten, so that half of it is whole.
    fn ceiling(&self) -> u64 {
        let most = self.series.iter().flat_map(|s| &s.values).copied().max().unwrap_or(0).max(2);
        let step = 10u64.pow(most.ilog10());
        [1, 2, 4, 6, 8, 10].into_iter().map(|n| n * step).find(|&n| n >= most).unwrap_or(most)
    }
}

/// `value` of `top` as a share of `length`, rounded to the nearest unit.
fn scale(value: u64, top: u64, length: u32) -> u32 {
    let share = u128::from(value) * u128::from(length) + u128::from(top / 2);
    u32::try_from(share / u128::from(top.max(1))).unwrap_or(length).min(length)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn chart(values: &[&[u64]]) -> Chart {
        let series = |v: &&[u64]| Series { name: "n".into(), values: v.to_vec() };
        let labels = (0..values[0].len()).map(|i| i.to_string()).collect();
        Chart { title: "t".into(), along: "a".into(), labels, series: values.iter().map(series).collect() }
    }

    #[test]
    fn bars_keep_proportion_and_one_person_is_still_seen() {
        let widths: Vec<_> = chart(&[&[552_835, 276_417, 1, 0]]).bars().iter().map(|b| b.width).collect();
        assert_eq!(widths, [400, 200, 1, 0]);
    }

    #[test]
    fn lines_span_the_width_and_share_one_scale() {
        let chart = chart(&[&[0, 5, 10], &[10, 10, 0]]);
        assert_eq!(chart.lines(), ["0,180 200,100 400,20", "0,20 200,20 400,180"]);
        assert_eq!(chart.grid()[0], Grid { y: 20, value: "10".into() });
    }

    #[test]
    fn empty_single_and_enormous_charts_are_drawn_without_a_fault() {
        assert_eq!(chart(&[&[]]).lines(), [""]);
        assert_eq!(chart(&[&[7]]).lines(), ["0,40"]);
        assert_eq!(chart(&[&[u64::MAX / 20]]).lines().len(), 1);
        assert_eq!(chart(&[&[0, 0]]).lines(), ["0,180 400,180"]);
    }
}
