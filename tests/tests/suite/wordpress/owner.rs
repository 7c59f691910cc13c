//! What the owner of a site and its visitors do, step by step in their browsers.

use hookwright_tests::wordpress::{ADMIN, Browser, Page, Site};
use serde_json::{Value, json};

/// The owner, logged in to wp-admin.
pub(super) struct Owner<'a> {
    site: &'a Site,
    pub(super) browser: Browser,
}

impl<'a> Owner<'a> {
    pub(super) async fn of(site: &'a Site) -> Self {
        let mut browser = site.visitor();
        let page = browser.log_in(ADMIN.0, ADMIN.1).await;
        assert!(page.url.path().starts_with("/wp-admin/"), "{} {}", page.url, page.words());
        Self { site, browser }
    }

    /// By the link on the screen of plugins; that screen.
    pub(super) async fn activate(&mut self) -> Page {
        self.plugin_link("action=activate", "Plugin activated.").await
    }

    pub(super) async fn deactivate(&mut self) -> Page {
        self.plugin_link("action=deactivate", "Plugin deactivated.").await
    }

    /// With the question whether one is sure.
    pub(super) async fn delete_plugin(&mut self) -> Page {
        let page = self.browser.get("/wp-admin/plugins.php").await;
        let link = page.link(&["action=delete-selected", "hookwright"]).unwrap();
        let page = self.browser.get(&link).await;
        let form = page.form("verify-delete");
        self.browser.submit(&page, &form).await
    }

    /// Changes one screen of settings of WordPress or of ours.
    pub(super) async fn set(&mut self, screen: &str, form: &str, name: &str, value: &str) {
        let page = self.browser.get(screen).await;
        let form = page.form(form).with(name, value);
        let page = self.browser.submit(&page, &form).await;
        assert!(page.words().to_lowercase().contains("saved"), "{}", page.words());
    }

    /// By the form in wp-admin; the secret that the page shows this once.
    pub(super) async fn make_webhook(&mut self, url: &str, topics: &[&str]) -> String {
        let page = self.browser.get("/wp-admin/admin.php?page=hookwright&action=new").await;
        let form = page.form("hookwright-form").with("webhook_name", "Test").with("url", url).with("which", "some");
        let form = topics.iter().fold(form, |form, topic| form.and("topics[]", topic));
        let page = self.browser.submit(&page, &form).await;
        let secret = page.between("whsec_", "<").unwrap_or_else(|| panic!("no secret is shown: {}", page.words()));
        format!("whsec_{secret}")
    }

    /// As the block editor does it: through the REST API, with a nonce of this session.
    pub(super) async fn publish_post(&mut self, title: &str) -> Value {
        let nonce = self.browser.get("/wp-admin/admin-ajax.php?action=rest-nonce").await.text;
        let post = json!({ "title": title, "content": "<p>Ünïcödé 🎉</p>", "status": "publish" });
        let page = self.browser.send_json("/index.php?rest_route=/wp/v2/posts", &nonce, &post).await;
        assert_eq!(page.status, 201, "{}", page.text);
        serde_json::from_str(&page.text).unwrap()
    }

    async fn plugin_link(&mut self, action: &str, told: &str) -> Page {
        let page = self.browser.get("/wp-admin/plugins.php").await;
        let link = page.link(&[action, "hookwright"]).unwrap_or_else(|| panic!("{}", page.words()));
        let page = self.browser.get(&link).await;
        assert!(page.words().contains(told), "{}\n{}", page.words(), self.site.log());
        page
    }
}

/// A visitor makes an account by the form of the site.
pub(super) async fn register(site: &Site, name: &str) {
    let mut visitor = site.visitor();
    let page = visitor.get("/wp-login.php?action=register").await;
    let email = format!("{name}@example.test");
    let form = page.form("registerform").with("user_login", name).with("user_email", &email);
    let page = visitor.submit(&page, &form).await;
    assert!(page.words().contains("Registration complete."), "{}\n{}", page.words(), site.log());
}
