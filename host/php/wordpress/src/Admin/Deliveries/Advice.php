<?php

declare(strict_types=1);

namespace Hookwright\WordPress\Admin\Deliveries;

use Hookwright\Deliveries\Attempt;
use Hookwright\Deliveries\FailureKind;

/** What came of one attempt, in plain words, and what to do next. */
final class Advice
{
    private function __construct(
        /** Whether the receiver took it. */
        public readonly bool $isGood,
        /** What happened, in one sentence. */
        public readonly string $what,
        /** What to do next; empty where there is nothing to do. */
        public readonly string $next,
    ) {
    }

    public static function on(Attempt $attempt): self
    {
        $outcome = $attempt->outcome;

        return match ($outcome?->case) {
            'response' => self::onStatus($outcome->value->status, $outcome->value->headers),
            'failure' => self::onFailure($outcome->value->kind, $outcome->value->message),
            'released' => self::bad(__('It was not sent: the sender was stopping.', 'hookwright'), ''),
            default => self::bad(
                __('Nothing is known of it: the sender ended before it could tell.', 'hookwright'),
                __('It may have arrived. It is tried again by itself.', 'hookwright'),
            ),
        };
    }

    /** @param list<array{string, string}> $headers */
    private static function onStatus(int $status, array $headers): self
    {
        if ($status >= 200 && $status < 300) {
            return new self(true, __('The receiver has taken it.', 'hookwright'), '');
        }
        if ($status >= 300 && $status < 400) {
            $places = array_filter($headers, static fn (array $header) => strtolower($header[0]) === 'location');
            $place = $places === [] ? '' : array_values($places)[0][1];

            return self::bad(
                $place === ''
                    ? __('The receiver sends on to another address. Webhooks do not follow.', 'hookwright')
                    /* translators: %s: a URL */
                    : sprintf(__('The receiver sends on to %s. Webhooks do not follow.', 'hookwright'), $place),
                __('Write the final address as the webhook’s URL; often it differs by https, www or a slash at the end.', 'hookwright'),
            );
        }

        return match (true) {
            $status === 400, $status === 422 => self::bad(
                __('The receiver does not understand the content.', 'hookwright'),
                __('Read its answer below. Is “Made for” the kind of request that it expects? A receiver that verifies signatures may answer so to a wrong secret.', 'hookwright'),
            ),
            $status === 401, $status === 403 => self::bad(
                __('The receiver refuses the sender.', 'hookwright'),
                __('Does it know the present secret? Does it want a header, as Authorization? A firewall in front of it may refuse as well.', 'hookwright'),
            ),
            $status === 404 => self::bad(
                __('There is nothing at this URL.', 'hookwright'),
                __('Compare the webhook’s URL with the one that the service tells, letter by letter.', 'hookwright'),
            ),
            $status === 405 => self::bad(
                __('The URL takes no POST requests.', 'hookwright'),
                __('It is probably a page for people. Use the URL that the service has for webhooks.', 'hookwright'),
            ),
            $status === 410 => self::bad(
                __('The receiver says that the URL is gone for good.', 'hookwright'),
                __('Get a new URL from the service, or delete the webhook.', 'hookwright'),
            ),
            $status === 413 => self::bad(
                __('The content is too large for the receiver.', 'hookwright'),
                __('Raise the receiver’s limit, or choose topics with less data.', 'hookwright'),
            ),
            $status === 415 => self::bad(
                __('The receiver does not take this format.', 'hookwright'),
                __('Choose another body (JSON or form fields) among the webhook’s further settings.', 'hookwright'),
            ),
            $status === 408, $status === 504 => self::bad(
                __('The receiver took too long.', 'hookwright'),
                __('It should answer at once and do its work afterwards.', 'hookwright'),
            ),
            $status === 429 => self::bad(
                __('The receiver wants fewer requests.', 'hookwright'),
                __('It is slowed down by itself. A limit of requests in a second can be set among the webhook’s further settings.', 'hookwright'),
            ),
            $status >= 500 => self::bad(
                __('The receiver has failed.', 'hookwright'),
                __('That is not this site’s doing: whoever runs the receiver finds the reason in its log.', 'hookwright'),
            ),
            default => self::bad(
                /* translators: %d: an HTTP status */
                sprintf(__('The receiver answered %d, which is no success.', 'hookwright'), $status),
                __('A receiver says by a status of 200 to 299 that it has taken the event.', 'hookwright'),
            ),
        };
    }

    private static function onFailure(FailureKind $kind, string $message): self
    {
        return match ($kind) {
            FailureKind::Dns => self::bad(
                __('The host of the URL has no address.', 'hookwright'),
                __('Is it written right? If it is new, its name may need an hour until it is known here.', 'hookwright'),
            ),
            FailureKind::Connect => self::bad(
                __('Nobody answers there: there was no connection.', 'hookwright'),
                __('Is the receiver running, and reachable from this server? Is the port right? A firewall, also this server’s own, may be in the way.', 'hookwright'),
            ),
            FailureKind::Tls => self::bad(
                __('The receiver’s certificate cannot be trusted.', 'hookwright'),
                __('Is it expired, made for another name, or without its intermediate certificate? An SSL test of the receiver tells.', 'hookwright'),
            ),
            FailureKind::Timeout => self::bad(
                __('There was no complete answer within the time limit.', 'hookwright'),
                __('The receiver should answer at once and do its work afterwards. The limit can be raised among the webhook’s further settings.', 'hookwright'),
            ),
            FailureKind::Blocked => self::bad(
                __('This address may not be called from here: it lies in a private or local network.', 'hookwright'),
                __('Use a public URL. For a receiver in your own network, the administrator allows its address in the settings (allow-addresses).', 'hookwright'),
            ),
            FailureKind::Protocol => self::bad(
                /* translators: %s: what the HTTP client says */
                sprintf(__('The connection broke off, or what answers there does not speak HTTP (%s).', 'hookwright'), $message),
                __('Is the port right, and https where the receiver wants it?', 'hookwright'),
            ),
        };
    }

    private static function bad(string $what, string $next): self
    {
        return new self(false, $what, $next);
    }
}
