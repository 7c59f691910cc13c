//! wit/README.md: its tables name every function of the contract and every setting, with its default.

use hookwright_core::Config;
use wit_parser::Resolve;

use super::{code, read, root, rows};

#[test]
fn every_function_is_in_the_tables_and_no_other() {
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(root().join("wit/webhooks")).unwrap();
    let mut declared: Vec<(String, Vec<String>)> = resolve.packages[package]
        .interfaces
        .iter()
        .map(|(name, id)| (name.clone(), resolve.interfaces[*id].functions.keys().cloned().collect()))
        .filter(|(_, functions): &(String, Vec<String>)| !functions.is_empty())
        .collect();
    declared.sort();
    let mut told: Vec<(String, Vec<String>)> = rows(&read("wit/README.md"), "| interface | for | functions |")
        .iter()
        .map(|row| (code(&row[0])[0].to_owned(), code(&row[2]).into_iter().map(str::to_owned).collect()))
        .collect();
    told.sort();
    for row in &declared {
        assert!(told.contains(row), "wit/README.md lacks the row {row:?}");
    }
    assert_eq!(told.len(), declared.len(), "{told:?}");
}

#[test]
fn every_setting_is_in_the_table_with_its_default() {
    let readme = read("wit/README.md");
    let table = rows(&readme, "| key | unit and range | default | what it does |");
    let keys: Vec<&str> = table.iter().map(|row| code(&row[0])[0]).collect();
    assert_eq!(keys, Config::KEYS);
    let mut compared = 0;
    for row in &table {
        let default = match code(&row[2])[..] {
            [default] => default.to_owned(),
            _ => row[2].chars().take_while(char::is_ascii_digit).collect(),
        };
        // Other defaults are told in words.
        if !default.is_empty() && !row[2].contains(',') {
            let key = code(&row[0])[0];
            let config = Config::parse(&[(key, &default)]).unwrap_or_else(|bad| panic!("{key}: {bad:?}"));
            assert_eq!(config, Config::default(), "{key} is not {default} by default");
            compared += 1;
        }
    }
    assert!(compared >= 12, "{compared} defaults");
}
