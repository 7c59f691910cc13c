//! A browser without a screen: it keeps cookies, follows redirects, and finds links and forms.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, COOKIE, HeaderMap, LOCATION, SET_COOKIE};
use reqwest::{Client, Method, Url};

use super::form::{self, Form};

/// A page is there in this time, or the test fails.
const PATIENCE: Duration = Duration::from_secs(60);
const REDIRECTS: usize = 10;

/// Somebody at a site, with cookies of their own.
#[derive(Debug)]
pub struct Browser {
    client: Client,
    home: Url,
    cookies: BTreeMap<String, String>,
}

/// What a site answered.
#[derive(Debug)]
pub struct Page {
    /// Where it was, after all redirects.
    pub url: Url,
    /// Its status.
    pub status: u16,
    /// Its text.
    pub text: String,
}

impl Browser {
    /// Somebody new at this site.
    ///
    /// # Panics
    ///
    /// When the address is none.
    #[must_use]
    pub fn at(home: &str) -> Self {
        // Whoever was first has installed the same.
        drop(rustls::crypto::ring::default_provider().install_default());
        let client = Client::builder().no_proxy().redirect(reqwest::redirect::Policy::none()).timeout(PATIENCE);
        let client = client.build().unwrap_or_else(|error| panic!("an HTTP client: {error}"));
        let home = Url::parse(home).unwrap_or_else(|error| panic!("{home}: {error}"));
        Self { client, home, cookies: BTreeMap::new() }
    }

    /// Opens a page; `path` is one from the site's root, or a whole URL.
    ///
    /// # Panics
    ///
    /// When nothing answers, as for everything here.
    pub async fn get(&mut self, path: &str) -> Page {
        let url = self.url(path);
        self.visit(Method::GET, url, None, &[]).await
    }

    /// Sends fields as a form does.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Page {
        let url = self.url(path);
        self.visit(Method::POST, url, Some(encoded(fields)), &[]).await
    }

    /// Submits a form of a page.
    pub async fn submit(&mut self, page: &Page, form: &Form) -> Page {
        let fields: Vec<(&str, &str)> = form.fields.iter().map(|(name, value)| (&**name, &**value)).collect();
        let mut url = page.url.join(&form.action).unwrap_or_else(|error| panic!("{}: {error}", form.action));
        if form.method == Method::GET {
            url.set_query(Some(&encoded(&fields)));
            return self.visit(Method::GET, url, None, &[]).await;
        }
        self.visit(Method::POST, url, Some(encoded(&fields)), &[]).await
    }

    /// Sends JSON as the block editor does, with the nonce of the page that it runs on.
    pub async fn send_json(&mut self, path: &str, nonce: &str, json: &serde_json::Value) -> Page {
        let url = self.url(path);
        let headers = [("content-type", "application/json"), ("x-wp-nonce", nonce)];
        self.visit(Method::POST, url, Some(json.to_string()), &headers).await
    }

    /// Logs in.
    pub async fn log_in(&mut self, name: &str, password: &str) -> Page {
        let page = self.get("/wp-login.php").await;
        let form = page.form("loginform").with("log", name).with("pwd", password);
        self.submit(&page, &form).await
    }

    fn url(&self, path: &str) -> Url {
        self.home.join(path).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    async fn visit(&mut self, method: Method, url: Url, body: Option<String>, headers: &[(&str, &str)]) -> Page {
        let (mut method, mut url, mut body) = (method, url, body);
        for _ in 0..REDIRECTS {
            let mut request = self.client.request(method.clone(), url.clone());
            let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
            request = request.header(COOKIE, cookies.join("; "));
            if let Some(body) = body.take() {
                if headers.is_empty() {
                    request = request.header(CONTENT_TYPE, "application/x-www-form-urlencoded");
                }
                request = request.body(body);
            }
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let response = request.send().await.unwrap_or_else(|error| panic!("{url}: {error:?}"));
            self.keep(response.headers());
            let to = response.headers().get(LOCATION).and_then(|to| to.to_str().ok()).map(str::to_owned);
            let status = response.status();
            if let (true, Some(to)) = (status.is_redirection(), to) {
                url = url.join(&to).unwrap_or_else(|error| panic!("{to}: {error}"));
                method = Method::GET;
                continue;
            }
            let text = response.text().await.unwrap_or_else(|error| panic!("{url}: {error:?}"));
            return Page { url, status: status.as_u16(), text };
        }
        panic!("{url} redirects for ever")
    }

    fn keep(&mut self, headers: &HeaderMap) {
        for cookie in headers.get_all(SET_COOKIE) {
            let cookie = cookie.to_str().unwrap_or_default();
            let (pair, attributes) = cookie.split_once(';').unwrap_or((cookie, ""));
            let Some((name, value)) = pair.split_once('=') else { continue };
            // WordPress ends a cookie with a date in the past.
            match attributes.contains("Max-Age=0") || attributes.contains("max-age=0") {
                true => self.cookies.remove(name),
                false => self.cookies.insert(name.to_owned(), value.to_owned()),
            };
        }
    }
}

impl Page {
    /// The form with this id, or, where none has it, whose action or fields hold the word.
    ///
    /// # Panics
    ///
    /// When the page has no such form.
    #[must_use]
    pub fn form(&self, mark: &str) -> Form {
        let forms = form::all(&self.text);
        let exact = forms.iter().find(|form| form.id == mark);
        let found = exact.or_else(|| forms.iter().find(|form| form.action.contains(mark) || form.has(mark)));
        found.cloned().unwrap_or_else(|| panic!("{} has no form {mark}: {}", self.url, self.words()))
    }

    /// The whole address of the first link that holds all of these.
    #[must_use]
    pub fn link(&self, parts: &[&str]) -> Option<String> {
        let links = self.text.split("href=").skip(1).filter_map(|rest| {
            let quote = rest.chars().next()?;
            rest.get(1..)?.split(quote).next().map(form::decoded)
        });
        let mut found = links.filter(|link| parts.iter().all(|part| link.contains(part)));
        Some(self.url.join(&found.next()?).ok()?.into())
    }

    /// What stands between two marks.
    #[must_use]
    pub fn between(&self, before: &str, after: &str) -> Option<&str> {
        Some(self.text.split_once(before)?.1.split_once(after)?.0)
    }

    /// What notices of an error say, of which a screen of wp-admin may have several.
    #[must_use]
    pub fn errors(&self) -> Vec<String> {
        let notices = self.text.split("<div class=\"notice notice-error").skip(1);
        let shown = notices.filter_map(|notice| notice.split_once('>')).filter(|(tag, _)| !tag.contains("hidden"));
        shown.map(|(_, text)| words(text.split("</div>").next().unwrap_or_default())).collect()
    }

    /// The text that a person sees; of wp-admin's screens without the menu.
    #[must_use]
    pub fn words(&self) -> String {
        let parts = ["id=\"wpbody-content\"", "<body"].iter().find_map(|begin| self.text.split_once(begin));
        let body = parts.map_or(self.text.as_str(), |(_, body)| body);
        words(body)
    }
}

fn words(html: &str) -> String {
    let mut words = String::new();
    let mut rest = html;
    while let Some((text, tag)) = rest.split_once('<') {
        words.push_str(text);
        words.push(' ');
        let end = match tag.split([' ', '>']).next() {
            Some("script") => "</script>",
            Some("style") => "</style>",
            _ => ">",
        };
        rest = tag.split_once(end).map_or("", |(_, rest)| rest);
    }
    words.push_str(rest);
    form::decoded(&words.split_whitespace().collect::<Vec<_>>().join(" "))
}

fn encoded(fields: &[(&str, &str)]) -> String {
    let url = Url::parse_with_params("http://form/", fields).map(|url| url.query().unwrap_or_default().to_owned());
    url.unwrap_or_else(|error| panic!("a form: {error}"))
}
