//! What a copyist wrote goes to its reader only.
use kernel::pour::RowWriter;

fn read(out: RowWriter) -> Vec<u8> {
    out.finish().unwrap().0.to_vec()
}

fn main() {}
