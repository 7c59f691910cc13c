// Receives webhooks on a free port of this machine, whose number it prints, and verifies each with `standardwebhooks`.
// With a certificate and a key as arguments it speaks TLS, and tells nothing.
// /secret?… sets what to verify with, /received tells what came, /redirect sends elsewhere, /large answers without end.
import fs from "node:fs";
import http from "node:http";
import https from "node:https";
import { Webhook } from "standardwebhooks";

const received = [];
const secrets = [];

const verified = (body, headers) =>
  secrets.some((secret) => {
    try {
      new Webhook(secret).verify(body, headers);
      return true;
    } catch {
      return false;
    }
  });

const [cert, key] = process.argv.slice(2).map((file) => fs.readFileSync(file));
const listener = (request, response) => {
  const url = new URL(request.url, "http://localhost");
  if (url.pathname === "/secret") {
    secrets.push(decodeURIComponent(url.search.slice(1)));
    return response.end();
  }
  if (url.pathname === "/received") {
    return response.end(JSON.stringify(received));
  }
  const chunks = [];
  request.on("data", (chunk) => chunks.push(chunk));
  request.on("end", () => {
    const body = Buffer.concat(chunks).toString("utf8");
    received.push({
      id: request.headers["webhook-id"],
      path: url.pathname,
      body,
      verified: verified(body, request.headers),
      headers: request.headers,
    });
    if (url.pathname === "/redirect") {
      response.writeHead(302, { location: "/elsewhere" });
      return response.end();
    }
    if (url.pathname === "/large") {
      const more = () => {
        while (!response.destroyed && response.write("x".repeat(16384)));
      };
      response.on("drain", more);
      return more();
    }
    response.end("thank you");
  });
};
const server = cert ? https.createServer({ cert, key }, listener) : http.createServer(listener);

server.listen(0, "127.0.0.1", () => console.log(server.address().port));
