<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Events;

/** One thing that happened. */
final class Event
{
    public function __construct(
        /** A topic of the catalogue. */
        public readonly string $topic,
        /** The data as JSON, at most the configured size. Sent as written but for space between tokens. */
        public readonly string $data,
        /**
         * The tenant it concerns. Its webhooks receive it, and those of the whole installation.
         *
         * @var string|null
         */
        public readonly ?string $account = null,
        /**
         * Up to 200 bytes, compared byte for byte within the account. The same key gives the same receipt.
         *
         * @var string|null
         */
        public readonly ?string $idempotencyKey = null,
        /**
         * When it happened. Default: now.
         *
         * @var int|null
         */
        public readonly ?int $occurredAt = null,
    ) {
    }

    /**
     * @internal
     * @param array<string, mixed> $wire
     */
    public static function fromWire(array $wire): self
    {
        return new self(
            topic: $wire['topic'],
            data: $wire['data'],
            account: $wire['account'],
            idempotencyKey: $wire['idempotency-key'],
            occurredAt: $wire['occurred-at'],
        );
    }

    /**
     * @internal
     * @return array<string, mixed>
     */
    public function toWire(): array
    {
        return [
            'topic' => $this->topic,
            'data' => $this->data,
            'account' => $this->account,
            'idempotency-key' => $this->idempotencyKey,
            'occurred-at' => $this->occurredAt,
        ];
    }
}
