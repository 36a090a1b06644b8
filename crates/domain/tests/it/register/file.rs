//! A register file that a test changes before it is imported.

use super::register;

/// Records of our own layout.
pub struct File {
    header: csv::StringRecord,
    rows: Vec<csv::StringRecord>,
}

impl File {
    /// So many made-up people.
    pub fn of(people: u64, seed: u64) -> Self {
        let bytes = register(people, seed);
        let mut reader = csv::Reader::from_reader(bytes.as_slice());
        let header = reader.headers().unwrap().clone();
        Self { header, rows: reader.records().collect::<Result<_, _>>().unwrap() }
    }

    fn column(&self, name: &str) -> usize {
        self.header.iter().position(|column| column == name).unwrap()
    }

    pub fn get(&self, row: usize, column: &str) -> &str {
        &self.rows[row][self.column(column)]
    }

    pub fn set(&mut self, row: usize, column: &str, value: &str) {
        let column = self.column(column);
        let fields = self.rows[row].iter().enumerate();
        self.rows[row] = fields.map(|(i, field)| if i == column { value } else { field }).collect();
    }

    /// Adds a copy of a record at the end; gives its place.
    pub fn repeat(&mut self, row: usize) -> usize {
        self.rows.push(self.rows[row].clone());
        self.rows.len() - 1
    }

    /// Leaves the last record out.
    pub fn pop(&mut self) {
        self.rows.pop();
    }

    pub fn bytes(&self) -> Vec<u8> {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(&self.header).unwrap();
        self.rows.iter().for_each(|row| writer.write_record(row).unwrap());
        writer.into_inner().unwrap()
    }
}
