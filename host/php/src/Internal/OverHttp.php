<?php

declare(strict_types=1);

namespace Hookwright\Internal;

use CurlHandle;
use Hookwright\Exception\NotAvailable;
use Hookwright\ServerOptions;

/**
 * The component in a `hookwright serve`, over HTTP with curl. One connection is kept for all calls.
 *
 * Decides what is said when there is no such server, or it does not let us in.
 *
 * @internal
 */
final class OverHttp implements Door
{
    /** Which server: in every answer; and which client: in every request. */
    private const VERSION_HEADER = 'hookwright-version';

    /** What curl says when nobody listens at an address. */
    private const UNREACHED = [CURLE_COULDNT_RESOLVE_HOST, CURLE_COULDNT_CONNECT, CURLE_SSL_CONNECT_ERROR, CURLE_SSL_CACERT];

    /** CURLE_SEND_FAIL_REWIND: curl would have sent the request again. */
    private const NOT_REPEATED = 65;

    /** @var list<CurlHandle> of parents of this process: closing them could end the parent's connection */
    private static array $inherited = [];

    /** What is put before `/v1`. */
    private readonly string $base;

    /** The path of a unix socket. */
    private readonly ?string $socket;

    private ?CurlHandle $curl = null;

    /** What is being sent, and how much of it curl has taken. */
    private string $body = '';

    private int $sent = 0;

    private int $process;

    /** The version of who answered last; null: it was no Hookwright. */
    private ?string $version = null;

    /** @throws NotAvailable when the address or the token cannot be one */
    public function __construct(
        private readonly string $address,
        #[\SensitiveParameter] private readonly string $token,
        private readonly ServerOptions $options,
    ) {
        if (!extension_loaded('curl')) {
            throw new NotAvailable('PHP has no curl here: install the extension curl (Debian: php-curl).');
        }
        $this->socket = str_starts_with($address, 'unix://') ? substr($address, 7) : null;
        $this->base = $this->socket === null ? rtrim($address, '/') : 'http://localhost';
        $this->process = (int) getmypid();
        $parts = parse_url($this->base);
        $isHttp = in_array($parts['scheme'] ?? '', ['http', 'https'], true) && isset($parts['host']);
        if (!$isHttp || isset($parts['user']) || isset($parts['query']) || ($this->socket !== null && $this->socket[0] !== '/')) {
            throw new NotAvailable(
                "{$address} is no address of a `hookwright serve`: give http://127.0.0.1:8750, or unix:///path/of/its/socket.",
            );
        }
        if (preg_match('/^[\x21-\x7E]+$/D', $token) !== 1) {
            throw new NotAvailable(
                "The token for {$address} is empty, or has spaces or other characters that no token has; give the one that"
                . ' `hookwright serve` has printed, or that is in its --token-file.',
            );
        }
    }

    /** @return array<string, mixed> without the token */
    public function __debugInfo(): array
    {
        return ['address' => $this->address, 'options' => $this->options];
    }

    public function open(): void
    {
        [$status, $body] = $this->ask('GET', '/v1/version', null);
        if ($status !== 200) {
            throw new NotAvailable("`hookwright serve` at {$this->address} cannot work now: " . self::message($body));
        }
    }

    public function call(string $function, string $arguments): array
    {
        // None of this process was asked.
        Errors::causes([]);
        $path = implode('/', array_map(rawurlencode(...), explode('.', $function, 2)));
        [$status, $body] = $this->ask('POST', "/v1/call/{$path}", $arguments);
        if ($status === 503) {
            throw new NotAvailable("`hookwright serve` at {$this->address} takes no call now: " . self::message($body));
        }

        return [$status === 200, $body];
    }

    /** @return array{int, string} status and body */
    private function ask(string $method, string $path, ?string $body): array
    {
        $curl = $this->handle();
        $this->version = null;
        [$this->body, $this->sent] = [(string) $body, 0];
        curl_setopt_array($curl, [
            CURLOPT_URL => $this->base . $path,
            CURLOPT_CUSTOMREQUEST => $method,
        ] + ($body === null ? [CURLOPT_HTTPGET => true] : [CURLOPT_UPLOAD => true, CURLOPT_INFILESIZE => strlen($body)]));
        $answer = curl_exec($curl);
        $this->body = '';
        if (!is_string($answer)) {
            throw new NotAvailable($this->unanswered($curl, $path));
        }
        $status = curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
        $this->check($status, $answer, $path);

        return [$status, $answer];
    }

    private function check(int $status, string $body, string $path): void
    {
        if ($this->version === null) {
            // A proxy says so of a server that may have begun.
            throw new NotAvailable("What answers at {$this->address} (with HTTP {$status}) is no `hookwright serve`."
                . ($status >= 500 && str_starts_with($path, '/v1/call/') ? ' ' . self::notKnown($path) : ''));
        }
        if ($this->version !== Library::VERSION) {
            throw new NotAvailable(sprintf(
                '`hookwright serve` at %s has version %s, this package needs %s; install both of the same version.',
                $this->address,
                $this->version,
                Library::VERSION,
            ));
        }
        if (in_array($status, [401, 421], true)) {
            throw new NotAvailable("`hookwright serve` at {$this->address} does not let us in: " . self::message($body));
        }
    }

    private function unanswered(CurlHandle $curl, string $path): string
    {
        $reason = curl_errno($curl) === self::NOT_REPEATED
            ? 'the connection ended'
            : (curl_error($curl) ?: curl_strerror(curl_errno($curl)));
        // Nothing has gone out before there is a connection.
        $isUnreached = in_array(curl_errno($curl), self::UNREACHED, true)
            || (curl_errno($curl) === CURLE_OPERATION_TIMEDOUT && curl_getinfo($curl, CURLINFO_PRETRANSFER_TIME) == 0);

        return $isUnreached
            ? "No `hookwright serve` can be reached at {$this->address}: {$reason}. Start it there; PHP itself needs nothing more."
            : "`hookwright serve` at {$this->address} gave no answer: {$reason}. " . self::notKnown($path);
    }

    private static function notKnown(string $path): string
    {
        return 'Whether the call was carried out is not known'
            . ($path === '/v1/call/events/publish' ? '; an event with an idempotency key can be published again.' : '.');
    }

    private function handle(): CurlHandle
    {
        if ($this->process !== getmypid()) {
            if ($this->curl !== null) {
                self::$inherited[] = $this->curl;
            }
            $this->curl = null;
            $this->process = (int) getmypid();
        }

        return $this->curl ??= $this->prepared();
    }

    private function prepared(): CurlHandle
    {
        $curl = curl_init();
        curl_setopt_array($curl, [
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_PROTOCOLS => CURLPROTO_HTTP | CURLPROTO_HTTPS,
            CURLOPT_FOLLOWLOCATION => false,
            // The token is for this server, not for a proxy of the environment.
            CURLOPT_PROXY => '',
            CURLOPT_NOSIGNAL => true,
            CURLOPT_TCP_NODELAY => true,
            CURLOPT_TIMEOUT_MS => $this->options->timeoutMs,
            CURLOPT_CONNECTTIMEOUT_MS => $this->options->connectTimeoutMs,
            CURLOPT_HTTPHEADER => [
                "Authorization: Bearer {$this->token}",
                'Content-Type: application/json',
                self::VERSION_HEADER . ': ' . Library::VERSION,
                // No waiting for a go-ahead before a large body.
                'Expect:',
            ],
            // Given in pieces, a body cannot be sent a second time: by itself curl repeats a request whose kept connection
            // ends before an answer, although the server may have carried it out.
            CURLOPT_READFUNCTION => function ($_, $__, int $room): string {
                $piece = substr($this->body, $this->sent, $room);
                $this->sent += strlen($piece);

                return $piece;
            },
            CURLOPT_HEADERFUNCTION => function (CurlHandle $_, string $line): int {
                [$name, $value] = explode(':', $line, 2) + [1 => ''];
                if (strtolower($name) === self::VERSION_HEADER) {
                    $this->version = trim($value);
                }

                return strlen($line);
            },
        ]);
        if ($this->socket !== null) {
            curl_setopt($curl, CURLOPT_UNIX_SOCKET_PATH, $this->socket);
        }
        if ($this->options->caFile !== null) {
            curl_setopt($curl, CURLOPT_CAINFO, $this->options->caFile);
        }

        return $curl;
    }

    private static function message(string $body): string
    {
        return json_decode($body, true)['message'] ?? 'it gives no reason.';
    }
}
