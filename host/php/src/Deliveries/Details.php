<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Deliveries;

/** A delivery with all that is known of it. */
final class Details
{
    public function __construct(
        /** The delivery itself. */
        public readonly \Hookwright\Deliveries\Delivery $delivery,
        /** The request body. */
        public readonly string $payload,
        /**
         * The newest 100 attempts, in their order.
         *
         * @var list<\Hookwright\Deliveries\Attempt>
         */
        public readonly array $attempts,
    ) {
    }

    /**
     * @internal
     * @param array<string, mixed> $wire
     */
    public static function fromWire(array $wire): self
    {
        return new self(
            delivery: \Hookwright\Deliveries\Delivery::fromWire($wire['delivery']),
            payload: (string) base64_decode($wire['payload'], true),
            attempts: array_map(static fn ($item) => \Hookwright\Deliveries\Attempt::fromWire($item), array_values($wire['attempts'])),
        );
    }

    /**
     * @internal
     * @return array<string, mixed>
     */
    public function toWire(): array
    {
        return [
            'delivery' => $this->delivery->toWire(),
            'payload' => base64_encode($this->payload),
            'attempts' => array_map(static fn ($item) => $item->toWire(), array_values($this->attempts)),
        ];
    }
}
