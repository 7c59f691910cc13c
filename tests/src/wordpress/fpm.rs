//! php-fpm behind a small web server in this process.
//!
//! Decides which script a URL means, as the usual configuration of a web server for WordPress does: a file that is
//! there, the `index.php` of a folder, else WordPress's own.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Method, Response, StatusCode, Uri};
use tokio::net::TcpListener;

use super::fastcgi;

/// As many as it takes for WordPress to ask itself.
const WORKERS: usize = 2;

/// What the web server knows.
#[derive(Debug)]
struct Served {
    root: PathBuf,
    socket: PathBuf,
    port: u16,
}

/// The command line of php-fpm, with its settings written into `folder`.
pub(super) fn command_line(program: &Path, folder: &Path, settings: &[String]) -> std::io::Result<Vec<String>> {
    let place = folder.display();
    let configuration = format!(
        "[global]\ndaemonize = no\nerror_log = {place}/fpm.log\n[www]\nlisten = {place}/fpm.sock\nuser = root\n\
         group = root\npm = static\npm.max_children = {WORKERS}\nclear_env = no\ncatch_workers_output = yes\n"
    );
    std::fs::write(folder.join("fpm.conf"), configuration)?;
    let mut line = vec![program.display().to_string(), "--nodaemonize".to_owned()];
    // Where we are not root, it ignores the user and needs no permission.
    line.push("--allow-to-run-as-root".to_owned());
    line.extend(["--fpm-config".to_owned(), format!("{place}/fpm.conf")]);
    line.extend(settings.iter().cloned());
    Ok(line)
}

/// Serves `root` on the listener, as long as the runtime lives.
pub(super) fn serve(listener: TcpListener, root: PathBuf, folder: &Path) -> std::io::Result<()> {
    let served = Served { root, socket: folder.join("fpm.sock"), port: listener.local_addr()?.port() };
    let served = Arc::new(served);
    let service = move |method: Method, uri: Uri, headers: HeaderMap, body: Bytes| {
        let served = Arc::clone(&served);
        async move { served.answer(&method, &uri, &headers, &body).await }
    };
    tokio::spawn(async move { axum::serve(listener, Router::new().fallback(service)).await });
    Ok(())
}

impl Served {
    async fn answer(&self, method: &Method, uri: &Uri, headers: &HeaderMap, body: &Bytes) -> Response<Body> {
        let (script, file) = self.script(uri.path());
        if script.ends_with(".php") {
            let parameters = self.parameters(method, uri, headers, body, &script, &file);
            return match fastcgi::ask(&self.socket, &parameters, body).await {
                Ok(response) => response,
                Err(error) => plain(StatusCode::BAD_GATEWAY, error.to_string()),
            };
        }
        match std::fs::read(&file) {
            Ok(bytes) => plain(StatusCode::OK, bytes),
            Err(error) => plain(StatusCode::NOT_FOUND, error.to_string()),
        }
    }

    fn script(&self, path: &str) -> (String, PathBuf) {
        let below = path.trim_start_matches('/');
        let file = self.root.join(below);
        if below.contains("..") || !file.exists() {
            return ("/index.php".to_owned(), self.root.join("index.php"));
        }
        match file.is_dir() {
            true => (format!("{}/index.php", path.trim_end_matches('/')), file.join("index.php")),
            false => (path.to_owned(), file),
        }
    }

    fn parameters(
        &self,
        method: &Method,
        uri: &Uri,
        headers: &HeaderMap,
        body: &Bytes,
        script: &str,
        file: &Path,
    ) -> Vec<(String, String)> {
        let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned();
        let mut parameters = vec![
            ("GATEWAY_INTERFACE".to_owned(), "CGI/1.1".to_owned()),
            ("SERVER_PROTOCOL".to_owned(), "HTTP/1.1".to_owned()),
            ("SERVER_NAME".to_owned(), "127.0.0.1".to_owned()),
            ("SERVER_PORT".to_owned(), self.port.to_string()),
            ("REMOTE_ADDR".to_owned(), "127.0.0.1".to_owned()),
            ("REQUEST_METHOD".to_owned(), method.to_string()),
            ("REQUEST_URI".to_owned(), uri.path_and_query().map_or("/", |whole| whole.as_str()).to_owned()),
            ("QUERY_STRING".to_owned(), uri.query().unwrap_or_default().to_owned()),
            ("DOCUMENT_ROOT".to_owned(), self.root.display().to_string()),
            ("SCRIPT_NAME".to_owned(), script.to_owned()),
            ("SCRIPT_FILENAME".to_owned(), file.display().to_string()),
            ("CONTENT_TYPE".to_owned(), text("content-type")),
            ("CONTENT_LENGTH".to_owned(), body.len().to_string()),
        ];
        for (name, value) in headers {
            let name = format!("HTTP_{}", name.as_str().to_uppercase().replace('-', "_"));
            parameters.push((name, String::from_utf8_lossy(value.as_bytes()).into_owned()));
        }
        parameters
    }
}

fn plain(status: StatusCode, body: impl Into<Body>) -> Response<Body> {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    response
}
