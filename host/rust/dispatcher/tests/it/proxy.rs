//! Proxies: the operator's is used, the environment's is not.

use std::env;

use hookwright_dispatcher::{Client, ClientError, ClientOptions};
use tokio::process::Command;

use crate::exchange::{answered, send};
use crate::receiver::{Receiver, respond};
use crate::{request, soon};

/// Set for the child process: the URL to call.
const CHILD_URL: &str = "HOOKWRIGHT_TEST_CHILD_URL";

#[tokio::test]
async fn proxies_of_the_environment_are_ignored() {
    if let Ok(url) = env::var(CHILD_URL) {
        assert_eq!(answered(send(request(&url)).await).status, 204);
        return;
    }
    let receiver = Receiver::answering(204).await;
    let trap = Receiver::answering(204).await;
    let mut child = Command::new(env::current_exe().unwrap());
    child.args(["--exact", "proxy::proxies_of_the_environment_are_ignored"]).env(CHILD_URL, receiver.url("/direct"));
    for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        child.env(name, trap.url("/"));
    }
    for name in ["NO_PROXY", "no_proxy", "REQUEST_METHOD"] {
        child.env_remove(name);
    }
    let output = soon(child.output()).await.unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert_eq!(receiver.paths(), ["/direct"]);
    assert_eq!(trap.paths(), Vec::<String>::new());
}

#[tokio::test]
async fn the_operators_proxy_is_used() {
    let proxy = Receiver::start(|request| async move { respond(200, request.uri().to_string()) }).await;
    let options = ClientOptions { proxy: Some(proxy.url("")), ..ClientOptions::default() };
    let settlement = soon(Client::new(options).unwrap().send(&request("http://receiver.invalid/hook"))).await;
    assert_eq!(answered(settlement.outcome).body, "http://receiver.invalid/hook");
}

#[test]
fn a_proxy_that_cannot_be_used_is_refused_without_telling_its_password() {
    for url in ["user:hidden@proxy.test", "socks5://user:hidden@proxy.test:1080", "http://user:hidden@:80"] {
        let options = ClientOptions { proxy: Some(url.to_owned()), ..ClientOptions::default() };
        let shown = format!("{options:?}");
        let error = Client::new(options).unwrap_err();
        assert!(matches!(error, ClientError::Proxy(_)), "{error:?}");
        assert!(!format!("{shown} {error} {error:?}").contains("hidden"), "{error:?}");
    }
}
