//! A table for a terminal.

use crate::report::columns::{padded, widest};
use mlship_text::Page;

/// Rows of cells under their names.
pub(super) struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub(super) fn new(heads: &[&str]) -> Self {
        let heads = heads.iter().map(|head| (*head).to_owned());
        Self {
            rows: vec![heads.collect()],
        }
    }

    /// Adds a row, with as many cells as there are names. What there is none of is a dash.
    pub(super) fn row(&mut self, cells: Vec<Option<String>>) {
        let cells = cells.into_iter();
        let cells = cells.map(|cell| cell.unwrap_or_else(|| "-".to_owned()));
        self.rows.push(cells.collect());
    }

    /// Returns the table, and nothing without rows.
    pub(super) fn page(&self) -> Page {
        let mut page = Page::new();
        if self.rows.len() < 2 {
            return page;
        }
        let columns = self.rows.first().map_or(0, Vec::len);
        let cell = |row: &Vec<String>, at: usize| row.get(at).cloned().unwrap_or_default();
        let widths: Vec<usize> = (0..columns)
            .map(|at| widest(self.rows.iter().map(|row| cell(row, at))))
            .collect();
        for row in &self.rows {
            let cells = widths.iter().enumerate();
            let cells = cells.map(|(at, width)| padded(&cell(row, at), *width));
            let line = cells.collect::<Vec<_>>().join("  ");
            page.line(format!("  {}", line.trim_end()));
        }
        page
    }
}
