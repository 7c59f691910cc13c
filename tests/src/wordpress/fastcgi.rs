//! One request to php-fpm by the FastCGI protocol, version 1.
//!
//! Knows nothing of sites: what the parameters are is the caller's.

use std::io;
use std::path::Path;

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::UnixStream;

const BEGIN: u8 = 1;
const END: u8 = 3;
const PARAMETERS: u8 = 4;
const INPUT: u8 = 5;
const OUTPUT: u8 = 6;
/// The most that one record holds.
const RECORD: usize = 65_535;

/// Asks, and reads until the program says that the request has ended, which it may do while it still works.
pub(super) async fn ask(socket: &Path, parameters: &[(String, String)], body: &[u8]) -> io::Result<Response<Body>> {
    let mut request = Vec::new();
    // The role of a responder; the connection is closed after the answer.
    record(&mut request, BEGIN, &[0, 1, 0, 0, 0, 0, 0, 0]);
    let mut pairs = Vec::new();
    for (name, value) in parameters {
        for text in [name, value] {
            let length = u32::try_from(text.len()).map_err(io::Error::other)?;
            pairs.extend((length | 0x8000_0000).to_be_bytes());
        }
        pairs.extend(name.as_bytes());
        pairs.extend(value.as_bytes());
    }
    stream(&mut request, PARAMETERS, &pairs);
    stream(&mut request, INPUT, body);

    let mut connection = UnixStream::connect(socket).await?;
    connection.write_all(&request).await?;
    let mut output = Vec::new();
    loop {
        let mut header = [0; 8];
        connection.read_exact(&mut header).await?;
        let [_, kind, _, _, high, low, padding, _] = header;
        let mut content = vec![0; usize::from(u16::from_be_bytes([high, low])) + usize::from(padding)];
        connection.read_exact(&mut content).await?;
        content.truncate(content.len() - usize::from(padding));
        match kind {
            OUTPUT => output.extend(content),
            END => return response(&output),
            // What it says on its standard error stands in its log too.
            _ => {}
        }
    }
}

fn stream(request: &mut Vec<u8>, kind: u8, content: &[u8]) {
    content.chunks(RECORD).for_each(|part| record(request, kind, part));
    record(request, kind, &[]);
}

fn record(request: &mut Vec<u8>, kind: u8, content: &[u8]) {
    let [high, low] = u16::try_from(content.len()).unwrap_or(u16::MAX).to_be_bytes();
    request.extend([1, kind, 0, 1, high, low, 0, 0]);
    request.extend(content);
}

/// The program's headers and body, as an HTTP response.
fn response(output: &[u8]) -> io::Result<Response<Body>> {
    let end = output.windows(4).position(|bytes| bytes == b"\r\n\r\n");
    let end = end.ok_or_else(|| io::Error::other(String::from_utf8_lossy(output)))?;
    let mut response = Response::new(Body::from(output[end + 4..].to_vec()));
    for line in String::from_utf8_lossy(&output[..end]).lines() {
        let Some((name, value)) = line.split_once(':') else { continue };
        let value = value.trim();
        if name.eq_ignore_ascii_case("status") {
            let code = value.split(' ').next().unwrap_or_default();
            *response.status_mut() = StatusCode::from_bytes(code.as_bytes()).map_err(io::Error::other)?;
            continue;
        }
        let name = HeaderName::from_bytes(name.as_bytes()).map_err(io::Error::other)?;
        response.headers_mut().append(name, HeaderValue::from_str(value).map_err(io::Error::other)?);
    }
    Ok(response)
}
