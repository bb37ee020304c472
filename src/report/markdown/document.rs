//! A document of Markdown, which is cut where a platform takes no more.

use super::safe::{Safe, longest_run, one_line};

/// A document.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Document(Vec<Block>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Block {
    /// What nobody sees, and a script looks for on the first line.
    Marker(String),
    /// What everybody reads.
    Shown(String),
    /// A row of a table, under its head.
    Row { head: String, row: String },
    /// What is unfolded by whoever wants it.
    Folded(String),
}

impl Document {
    /// Adds a heading.
    pub fn heading(&mut self, level: usize, text: &Safe) {
        self.0
            .push(Block::Shown(format!("{} {text}\n", "#".repeat(level))));
    }

    /// Adds a paragraph.
    pub fn paragraph(&mut self, text: &Safe) {
        self.0.push(Block::Shown(format!("{text}\n")));
    }

    /// Adds lines that stand below each other.
    pub fn lines(&mut self, lines: &[Safe]) {
        let lines: Vec<String> = lines.iter().map(ToString::to_string).collect();
        self.0
            .push(Block::Shown(format!("{}\n", lines.join("  \n"))));
    }

    /// Adds a mark that nobody sees, by which who posts it finds it again.
    pub fn marker(&mut self, name: &str) {
        let is_plain = |character: &char| character.is_ascii_alphanumeric() || *character == ' ';
        let name: String = name.chars().filter(is_plain).collect();
        let name = name.trim();
        self.0.push(Block::Marker(format!("<!-- {name} -->\n")));
    }

    /// Adds a table.
    pub fn table(&mut self, head: &[&'static str], rows: impl IntoIterator<Item = Vec<Safe>>) {
        let rule = vec!["---"; head.len()].join(" | ");
        let head = format!("| {} |\n| {rule} |\n", head.join(" | "));
        for row in rows {
            let cells: Vec<String> = row.iter().map(Safe::cell).collect();
            self.0.push(Block::Row {
                head: head.clone(),
                row: format!("| {} |\n", cells.join(" | ")),
            });
        }
    }

    /// Adds lines as they are, to be unfolded.
    pub fn folded(&mut self, summary: &'static str, language: &'static str, lines: &[String]) {
        if lines.is_empty() {
            return;
        }
        let lines: Vec<String> = lines.iter().map(|line| one_line(line)).collect();
        let longest = lines.iter().map(|line| longest_run(line)).max();
        let fence = "`".repeat(longest.unwrap_or(0).max(2) + 1);
        self.0.push(Block::Folded(format!(
            "<details><summary>{summary}</summary>\n\n{fence}{language}\n{}\n{fence}\n\n</details>\n",
            lines.join("\n")
        )));
    }

    /// Says whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds another document.
    pub fn extend(&mut self, other: Self) {
        self.0.extend(other.0);
    }

    /// Returns the text, of at most so many bytes: what is folded goes first, then what comes last,
    /// and a note at the top, below a mark, says so.
    #[must_use]
    pub fn within(&self, most: usize) -> String {
        let whole = text(&self.0);
        if whole.len() <= most {
            return whole;
        }
        let (mut top, mut shown) = (String::new(), Vec::new());
        for block in &self.0 {
            match block {
                Block::Marker(mark) => top = format!("{top}{mark}\n"),
                Block::Folded(_) => {}
                Block::Shown(_) | Block::Row { .. } => shown.push(block.clone()),
            }
        }
        let note = "> **Cut**: details are left out, since the platform takes no more.\n";
        let brief = format!("{top}{note}\n{}", text(&shown));
        if brief.len() <= most {
            return brief;
        }
        let start = |left: usize| {
            format!(
                "{top}> **Cut**: details and {left} more parts are left out, since the platform takes no more.\n\n"
            )
        };
        let room = most.saturating_sub(start(shown.len()).len());
        let fits = |kept: &usize| text(&shown[..*kept]).len() <= room;
        let kept = partition(shown.len(), fits);
        let mut cut = format!("{}{}", start(shown.len() - kept), text(&shown[..kept]));
        cut.truncate(cut.floor_char_boundary(most));
        cut
    }
}

/// Returns the most of so many for which something holds that holds for fewer, too.
fn partition(all: usize, holds: impl Fn(&usize) -> bool) -> usize {
    let (mut least, mut most) = (0, all);
    while least < most {
        let middle = (least + most).div_ceil(2);
        if holds(&middle) {
            least = middle;
        } else {
            most = middle - 1;
        }
    }
    least
}

/// Rows of one table stand below each other, and everything else apart.
fn text(blocks: &[Block]) -> String {
    let mut text = String::new();
    let mut table: Option<&str> = None;
    for block in blocks {
        let (under, own) = match block {
            Block::Marker(own) | Block::Shown(own) | Block::Folded(own) => (None, own),
            Block::Row { head, row } => (Some(head.as_str()), row),
        };
        if under.is_none() || under != table {
            if !text.is_empty() {
                text.push('\n');
            }
            text.push_str(under.unwrap_or_default());
        }
        table = under;
        text.push_str(own);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn long() -> Document {
        let mut document = Document::default();
        document.heading(3, &"A run".into());
        let rows = (0..200).map(|number: usize| vec![number.into(), Safe::code("name")]);
        document.table(&["number", "name"], rows);
        document.folded("Log", "text", &vec!["a line of a log".to_owned(); 500]);
        document
    }

    #[test]
    fn a_table_has_one_head() {
        let mut document = Document::default();
        document.table(
            &["a", "b"],
            [vec!["1".into(), "2".into()], vec!["3".into(), "4".into()]],
        );
        document.paragraph(&"end".into());
        let expected = "| a | b |\n| --- | --- |\n| 1 | 2 |\n| 3 | 4 |\n\nend\n";
        assert_eq!(document.within(1_000), expected);
    }

    #[test]
    fn what_is_too_long_is_cut_and_says_so_at_the_top() {
        let document = long();
        let whole = document.within(usize::MAX);
        assert!(whole.contains("</details>") && whole.starts_with("### A run"));
        for most in [6_000, 3_000, 500, 200] {
            let cut = document.within(most);
            assert!(cut.len() <= most, "{most}");
            assert!(cut.starts_with("> **Cut**"), "{cut}");
            assert!(!cut.contains("<details>"), "{cut}");
            assert!(cut.contains("### A run"), "{cut}");
        }
    }

    #[test]
    fn a_mark_is_on_the_first_line_however_much_is_cut() {
        let mut document = Document::default();
        document.marker("mlship diff staging");
        document.extend(long());
        for most in [usize::MAX, 6_000, 500] {
            let text = document.within(most);
            assert!(text.starts_with("<!-- mlship diff staging -->\n"), "{text}");
            assert!(text.len() <= most);
        }
    }

    #[test]
    fn a_fence_is_longer_than_any_in_it() {
        let mut document = Document::default();
        document.folded("Log", "text", &["````".to_owned(), "</details>".to_owned()]);
        let text = document.within(1_000);
        assert!(
            text.contains("\n`````text\n````\n</details>\n`````\n"),
            "{text}"
        );
    }
}
