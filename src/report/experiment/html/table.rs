//! A table, which becomes a card a row where there is no room for columns.

use super::markup::Markup;

/// Rows of cells under their names.
pub(super) struct Table {
    columns: &'static [&'static str],
    rows: Vec<Vec<Markup>>,
}

impl Table {
    pub(super) fn new(columns: &'static [&'static str]) -> Self {
        Self {
            columns,
            rows: Vec::new(),
        }
    }

    /// Adds a row, whose first cell says what it is of.
    pub(super) fn row(&mut self, cells: Vec<Markup>) {
        self.rows.push(cells);
    }

    /// Returns the table, and nothing without rows. Columns in which no row has anything are left out.
    pub(super) fn markup(&self) -> Markup {
        if self.rows.is_empty() {
            return Markup::new();
        }
        let columns = self.columns.iter().enumerate();
        let told: Vec<(usize, &str)> = columns
            .filter(|(at, _)| self.rows.iter().any(|row| has(row, *at)))
            .map(|(at, name)| (at, *name))
            .collect();
        let names = told.iter().map(|(_, name)| {
            Markup::new()
                .code("<th scope=\"col\">")
                .text(name)
                .code("</th>")
        });
        let head = Markup::new()
            .code("<div class=\"box\"><table>\n<thead><tr>")
            .all(names)
            .code("</tr></thead>\n<tbody>\n");
        let rows = self.rows.iter().map(|row| {
            let cells = told.iter().map(|(at, name)| {
                let cell = Markup::new().code("<td data-label=\"").text(name);
                match row.get(*at).filter(|cell| !cell.is_empty()) {
                    Some(content) => cell.code("\"><div>").add(content).code("</div></td>"),
                    None => cell.code("\" class=\"none\"><div>–</div></td>"),
                }
            });
            Markup::new().code("<tr>").all(cells).code("</tr>\n")
        });
        head.all(rows).code("</tbody>\n</table></div>\n")
    }
}

fn has(row: &[Markup], column: usize) -> bool {
    row.get(column).is_some_and(|cell| !cell.is_empty())
}
