<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Deliveries;

/** An answer of the receiver. */
final class Response
{
    public function __construct(
        /** HTTP status code. */
        public readonly int $status,
        /**
         * As received, in their order.
         *
         * @var list<array{string, string}>
         */
        public readonly array $headers,
        /** The first `response-cap-bytes` bytes. */
        public readonly string $body,
        /** True when there was more. */
        public readonly bool $truncated,
    ) {
    }

    /**
     * @internal
     * @param array<string, mixed> $wire
     */
    public static function fromWire(array $wire): self
    {
        return new self(
            status: $wire['status'],
            headers: $wire['headers'],
            body: (string) base64_decode($wire['body'], true),
            truncated: $wire['truncated'],
        );
    }

    /**
     * @internal
     * @return array<string, mixed>
     */
    public function toWire(): array
    {
        return [
            'status' => $this->status,
            'headers' => array_values($this->headers),
            'body' => base64_encode($this->body),
            'truncated' => $this->truncated,
        ];
    }
}
