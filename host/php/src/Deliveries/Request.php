<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Deliveries;

/** A complete, signed HTTP request. The host sends it as it is and follows no redirect. */
final class Request
{
    public function __construct(
        /** `dlv_…`; `settle` wants it back. */
        public readonly string $deliveryId,
        /** `wh_…`; what `busy` counts by. */
        public readonly string $webhookId,
        /** `evt_…` */
        public readonly string $eventId,
        /** Topic of the event; for the host's own log, the receiver may be told otherwise. */
        public readonly string $topic,
        /** Number of this attempt, from 1. */
        public readonly int $attempt,
        /** Proves the claim; `settle` wants it back. */
        public readonly string $claimToken,
        /** `POST`. */
        public readonly string $method,
        /** Absolute URL. */
        public readonly string $url,
        /**
         * Names in lower case. A host adds only what HTTP itself needs (host, content-length).
         *
         * @var list<array{string, string}>
         */
        public readonly array $headers,
        /** The payload, byte for byte what the signature covers. */
        public readonly string $body,
        /** For the whole exchange, from connecting to the last byte of the answer. */
        public readonly int $timeout,
        /** Bytes of the response body to keep; the rest is not read. */
        public readonly int $responseCapBytes,
    ) {
    }

    /**
     * @internal
     * @param array<string, mixed> $wire
     */
    public static function fromWire(array $wire): self
    {
        return new self(
            deliveryId: $wire['delivery-id'],
            webhookId: $wire['webhook-id'],
            eventId: $wire['event-id'],
            topic: $wire['topic'],
            attempt: $wire['attempt'],
            claimToken: $wire['claim-token'],
            method: $wire['method'],
            url: $wire['url'],
            headers: $wire['headers'],
            body: (string) base64_decode($wire['body'], true),
            timeout: $wire['timeout'],
            responseCapBytes: $wire['response-cap-bytes'],
        );
    }

    /**
     * @internal
     * @return array<string, mixed>
     */
    public function toWire(): array
    {
        return [
            'delivery-id' => $this->deliveryId,
            'webhook-id' => $this->webhookId,
            'event-id' => $this->eventId,
            'topic' => $this->topic,
            'attempt' => $this->attempt,
            'claim-token' => $this->claimToken,
            'method' => $this->method,
            'url' => $this->url,
            'headers' => array_values($this->headers),
            'body' => base64_encode($this->body),
            'timeout' => $this->timeout,
            'response-cap-bytes' => $this->responseCapBytes,
        ];
    }
}
