<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Signing;

/** A message as a receiver gets it. */
final class Message
{
    public function __construct(
        /** `webhook-id` */
        public readonly string $id,
        /** `webhook-timestamp`: unix seconds in decimal. */
        public readonly string $timestamp,
        /** The request body, byte for byte. */
        public readonly string $body,
    ) {
    }

    /**
     * @internal
     * @param array<string, mixed> $wire
     */
    public static function fromWire(array $wire): self
    {
        return new self(
            id: $wire['id'],
            timestamp: $wire['timestamp'],
            body: (string) base64_decode($wire['body'], true),
        );
    }

    /**
     * @internal
     * @return array<string, mixed>
     */
    public function toWire(): array
    {
        return [
            'id' => $this->id,
            'timestamp' => $this->timestamp,
            'body' => base64_encode($this->body),
        ];
    }
}
