//! Decides how headers are typed or pasted: a line `Name: value` each.

use crate::failure::Failure;

/// The headers of the option `--header`.
///
/// # Errors
///
/// When one is not `Name: value`.
pub(crate) fn of_options(options: &[String]) -> Result<Vec<(String, String)>, Failure> {
    options
        .iter()
        .map(|option| {
            header(option).ok_or_else(|| Failure::option("--header", format!("write `{option}` as `Name: value`")))
        })
        .collect()
}

/// The headers of a pasted block. Its request line may stand first, and what follows an empty line is not read.
///
/// # Errors
///
/// When a line is not `Name: value`.
pub(crate) fn of_block(block: &str) -> Result<Vec<(String, String)>, Failure> {
    let lines = block.lines().map(str::trim).enumerate().skip_while(|(_, line)| line.is_empty() || request_line(line));
    lines
        .take_while(|(_, line)| !line.is_empty())
        .map(|(index, line)| {
            let wrong = || format!("line {} is not `Name: value`", index + 1);
            header(line).ok_or_else(|| Failure::option("--headers", wrong()))
        })
        .collect()
}

fn header(text: &str) -> Option<(String, String)> {
    let (name, value) = text.split_once(':')?;
    let name = name.trim();
    let good = !name.is_empty() && !name.contains(char::is_whitespace);
    good.then(|| (name.to_owned(), value.trim().to_owned()))
}

/// As `POST /hook HTTP/1.1`.
fn request_line(line: &str) -> bool {
    line.rsplit_once(' ').is_some_and(|(_, last)| last.starts_with("HTTP/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(headers: &[(String, String)]) -> Vec<(&str, &str)> {
        headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
    }

    #[test]
    fn a_pasted_request_gives_its_headers() {
        let block = "\nPOST /hook HTTP/1.1\r\nHost: a.example:8080\r\nX-Sig:t=1,v1=ab\r\nEmpty:\r\n\r\n{\"a\": 1}";
        let headers = of_block(block).unwrap();
        assert_eq!(pairs(&headers), [("Host", "a.example:8080"), ("X-Sig", "t=1,v1=ab"), ("Empty", "")]);
        assert_eq!(of_block(""), Ok(Vec::new()));
    }

    #[test]
    fn what_is_no_header_is_named() {
        assert_eq!(of_block("A: 1\nB").unwrap_err().lines(), ["--headers: line 2 is not `Name: value`"]);
        for wrong in ["", "no colon", ": x", "a b: c"] {
            let lines = of_options(&[wrong.to_owned()]).unwrap_err().lines();
            assert_eq!(lines, [format!("--header: write `{wrong}` as `Name: value`")]);
        }
    }
}
