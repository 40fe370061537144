//! How large the built files are, as a table.

use std::fmt;

/// The sizes of one file in bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSizes {
    /// Its path within the folder.
    pub name: String,
    /// As it is.
    pub raw: usize,
    /// The .gz file, when there is one.
    pub gzip: Option<usize>,
    /// The .br file, when there is one.
    pub brotli: Option<usize>,
}

/// What some files together have, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sum {
    /// As they are.
    pub raw: usize,
    /// As .gz files.
    pub gzip: usize,
    /// As .br files.
    pub brotli: usize,
}

/// Rows of [`FileSizes`] and their sum. A file that is not compressed counts as it is.
#[derive(Debug)]
pub struct Table(pub Vec<FileSizes>);

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(files) = self;
        let width = files.iter().map(|file| file.name.len()).max().unwrap_or(0).max("total".len());
        writeln!(f, "  {:width$}  {:>10}  {:>10}  {:>10}", "bytes", "raw", "gzip", "brotli")?;
        for FileSizes { name, raw, gzip, brotli } in files {
            let (gzip, brotli) = (cell(*gzip), cell(*brotli));
            writeln!(f, "  {name:width$}  {raw:>10}  {gzip:>10}  {brotli:>10}")?;
        }
        let Sum { raw, gzip, brotli } = self.sum();
        write!(f, "  {:width$}  {raw:>10}  {gzip:>10}  {brotli:>10}", "total")
    }
}

impl Table {
    /// What all of them have.
    pub fn sum(&self) -> Sum {
        let Self(files) = self;
        Sum {
            raw: files.iter().map(|file| file.raw).sum(),
            gzip: files.iter().map(|file| file.gzip.unwrap_or(file.raw)).sum(),
            brotli: files.iter().map(|file| file.brotli.unwrap_or(file.raw)).sum(),
        }
    }
}

fn cell(size: Option<usize>) -> String {
    size.map_or_else(|| "-".to_owned(), |size| size.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_the_sum_counts_what_would_be_sent() {
        let file =
            |name: &str, raw, gzip, brotli| FileSizes { name: name.into(), raw, gzip, brotli };
        let table = Table(vec![
            file("pkg/a_bg.wasm", 1000, Some(400), Some(300)),
            file("b.png", 50, None, None),
        ]);
        let lines = [
            "  bytes                 raw        gzip      brotli",
            "  pkg/a_bg.wasm        1000         400         300",
            "  b.png                  50           -           -",
            "  total                1050         450         350",
        ];
        assert_eq!(table.to_string(), lines.join("\n"));
    }
}
