<?php

declare(strict_types=1);

namespace Hookwright\Sending;

use CurlHandle;
use Hookwright\Deliveries\Failure;
use Hookwright\Deliveries\FailureKind;
use Hookwright\Deliveries\Outcome;
use Hookwright\Deliveries\Request;
use Hookwright\Deliveries\Response;
use Hookwright\Deliveries\Settlement;
use Hookwright\Internal\Clock;

/**
 * One request on its way: what curl is told, and what came of it. Takes no more of an answer than was asked for.
 *
 * @internal
 */
final class Exchange
{
    /** Headers that the client writes itself. Taken from a plugin, they could smuggle a second request. */
    private const FRAMING = ['connection', 'content-length', 'expect', 'host', 'te', 'trailer', 'transfer-encoding', 'upgrade'];

    private const KEPT_HEADERS = 100;

    private const KEPT_HEADER_BYTES = 16_384;

    private const PARSED_HEADERS = 256;

    private const PARSED_HEADER_BYTES = 65_536;

    private const MESSAGE_CHARS = 300;

    /** What the interface can say of a duration. */
    private const LONGEST_MS = 0xFFFFFFFF;

    public readonly int $startedAt;

    private readonly float $begun;

    /** @var list<array{string, string}> */
    private array $sent = [];

    /** @var list<array{string, string}> */
    private array $headers = [];

    private int $headerBytes = 0;

    private int $headerLines = 0;

    private string $body = '';

    private bool $truncated = false;

    private ?Failure $refusal = null;

    public function __construct(public readonly Request $request)
    {
        $this->begun = Clock::seconds();
        $this->startedAt = (int) (microtime(true) * 1000);
    }

    /** Whether the handle is ready to be sent; else it is settled already. */
    public function prepare(CurlHandle $handle, Resolver $resolver, int $longestMs, int $connectMs, ?string $caFile): bool
    {
        $target = Target::of($this->request->url);
        if ($target === null) {
            return $this->refuse(FailureKind::Protocol, 'the URL is none that is called');
        }
        $addresses = $resolver->addresses($target);
        if ($addresses instanceof Failure) {
            return $this->refuse($addresses->kind, $addresses->message);
        }
        $lines = $this->headerLines();
        if ($lines === null) {
            return false;
        }
        $pinned = array_map(static fn ($one) => str_contains($one, ':') ? "[{$one}]" : $one, $addresses);
        curl_setopt_array($handle, [
            CURLOPT_URL => $this->request->url,
            CURLOPT_CUSTOMREQUEST => $this->request->method,
            CURLOPT_POSTFIELDS => $this->request->body,
            CURLOPT_HTTPHEADER => $lines,
            // Whatever curl takes the URL for, this host is the only one that it connects to, at these addresses.
            CURLOPT_CONNECT_TO => ["::{$target->host}:{$target->port}"],
            CURLOPT_RESOLVE => $pinned === []
                ? []
                : ["{$target->host}:{$target->port}:" . implode(',', $pinned)],
            CURLOPT_PROTOCOLS => CURLPROTO_HTTP | CURLPROTO_HTTPS,
            CURLOPT_FOLLOWLOCATION => false,
            CURLOPT_PATH_AS_IS => true,
            // Empty, not absent: those of the environment are ignored.
            CURLOPT_PROXY => '',
            CURLOPT_NOPROXY => '*',
            CURLOPT_NETRC => CURL_NETRC_IGNORED,
            CURLOPT_NOSIGNAL => true,
            CURLOPT_TIMEOUT_MS => max(1, min($this->request->timeout, $longestMs)),
            CURLOPT_CONNECTTIMEOUT_MS => $connectMs,
            CURLOPT_HEADERFUNCTION => fn ($_, string $line): int => $this->takeHeader($line),
            CURLOPT_WRITEFUNCTION => fn ($_, string $bytes): int => $this->takeBody($bytes),
        ]);
        if (defined('CURLOPT_MAXAGE_CONN')) {
            // Less than the 5 s after which Node and Apache hang up.
            curl_setopt($handle, constant('CURLOPT_MAXAGE_CONN'), 4);
        }
        if ($caFile !== null) {
            curl_setopt($handle, CURLOPT_CAINFO, $caFile);
        }

        return true;
    }

    /** What came of it, by curl's verdict; null when it was not sent at all. */
    public function settled(?CurlHandle $handle, int $code): Settlement
    {
        return $this->settlement($this->refusal !== null
            ? Outcome::failure($this->refusal)
            : $this->outcome($handle, $code));
    }

    /** It may have arrived: counts as an attempt. */
    public function cutOff(): Settlement
    {
        return $this->settlement(Outcome::failure(self::failure(FailureKind::Timeout, 'cut off: the host is stopping')));
    }

    /** It was not sent: counts as no attempt. */
    public function released(): Settlement
    {
        return $this->settlement(Outcome::released());
    }

    private function settlement(Outcome $outcome): Settlement
    {
        return new Settlement(
            deliveryId: $this->request->deliveryId,
            claimToken: $this->request->claimToken,
            startedAt: $this->startedAt,
            duration: min(self::LONGEST_MS, (int) round((Clock::seconds() - $this->begun) * 1000)),
            requestHeaders: $this->sent,
            outcome: $outcome,
        );
    }

    private function outcome(?CurlHandle $handle, int $code): Outcome
    {
        $status = $handle === null ? 0 : (int) curl_getinfo($handle, CURLINFO_RESPONSE_CODE);
        $full = strlen($this->body) >= $this->request->responseCapBytes;
        $enough = $status >= 200 && ($this->truncated || ($code === CURLE_OPERATION_TIMEDOUT && $full && $this->headers !== []));
        if ($code === CURLE_OK || $enough) {
            $headers = $this->keptHeaders();

            return Outcome::response(new Response($status, $headers, $this->body, $this->truncated || $code !== CURLE_OK));
        }
        $kind = self::kind($code);
        $said = $handle === null || curl_error($handle) === '' ? (string) curl_strerror($code) : curl_error($handle);

        return Outcome::failure(self::failure($kind, match ($kind) {
            FailureKind::Dns => 'the host name was not resolved',
            FailureKind::Connect => 'no connection',
            FailureKind::Tls => 'no TLS session',
            FailureKind::Timeout => 'no complete answer in time',
            FailureKind::Blocked => 'the address may not be called',
            FailureKind::Protocol => 'no complete HTTP answer',
        } . ': ' . $said));
    }

    private static function kind(int $code): FailureKind
    {
        return match ($code) {
            CURLE_COULDNT_RESOLVE_HOST => FailureKind::Dns,
            CURLE_COULDNT_CONNECT => FailureKind::Connect,
            CURLE_OPERATION_TIMEDOUT => FailureKind::Timeout,
            CURLE_SSL_CONNECT_ERROR, CURLE_SSL_PEER_CERTIFICATE, CURLE_SSL_CACERT, CURLE_SSL_CACERT_BADFILE,
            CURLE_SSL_CIPHER, CURLE_SSL_CERTPROBLEM, 64, 82, 83, 90, 91, 98 => FailureKind::Tls,
            default => FailureKind::Protocol,
        };
    }

    /** @return list<string>|null */
    private function headerLines(): ?array
    {
        $lines = ['Expect:'];
        $accepts = false;
        foreach ($this->request->headers as [$name, $value]) {
            $lower = strtolower($name);
            if (preg_match('/^[!#$%&\'*+.^_`|~0-9a-z-]+$/iD', $name) !== 1 || preg_match('/[\x00-\x08\x0A-\x1F\x7F]/', $value) === 1) {
                $this->refuse(FailureKind::Protocol, 'a header cannot be sent as it is');

                return null;
            }
            if (in_array($lower, self::FRAMING, true)) {
                continue;
            }
            $accepts = $accepts || $lower === 'accept';
            $lines[] = $value === '' ? "{$name};" : "{$name}: {$value}";
            $this->sent[] = [$name, $value];
        }
        if (!$accepts) {
            // curl adds it in any case; here it is seen and recorded.
            $lines[] = 'accept: */*';
            $this->sent[] = ['accept', '*/*'];
        }

        return $lines;
    }

    private function takeHeader(string $line): int
    {
        if (preg_match('~^HTTP/[0-9.]+ ~', $line) === 1) {
            // What came before was an interim answer.
            [$this->headers, $this->headerLines, $this->headerBytes] = [[], 0, 0];

            return strlen($line);
        }
        $this->headerBytes += strlen($line);
        if (++$this->headerLines > self::PARSED_HEADERS || $this->headerBytes > self::PARSED_HEADER_BYTES) {
            return 0;
        }
        $parts = explode(':', rtrim($line, "\r\n"), 2);
        if (count($parts) === 2) {
            $this->headers[] = [strtolower(self::text($parts[0])), self::text(trim($parts[1], " \t"))];
        }

        return strlen($line);
    }

    private function takeBody(string $bytes): int
    {
        $room = $this->request->responseCapBytes - strlen($this->body);
        $this->body .= substr($bytes, 0, $room);
        if (strlen($bytes) > $room) {
            $this->truncated = true;

            return -1;
        }

        return strlen($bytes);
    }

    /** @return list<array{string, string}> */
    private function keptHeaders(): array
    {
        $kept = [];
        $room = self::KEPT_HEADER_BYTES;
        foreach (array_slice($this->headers, 0, self::KEPT_HEADERS) as [$name, $value]) {
            $room -= strlen($name) + strlen($value);
            if ($room < 0) {
                break;
            }
            $kept[] = [$name, $value];
        }

        return $kept;
    }

    private function refuse(FailureKind $kind, string $message): bool
    {
        $this->refusal = self::failure($kind, $message);

        return false;
    }

    private static function failure(FailureKind $kind, string $message): Failure
    {
        preg_match('/^.{0,' . self::MESSAGE_CHARS . '}/us', self::text($message), $found);

        return new Failure($kind, $found[0] ?? '');
    }

    private static function text(string $bytes): string
    {
        return preg_match('//u', $bytes) === 1 ? $bytes : (string) preg_replace('/[\x80-\xFF]/', "\u{FFFD}", $bytes);
    }
}
