<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Policy;

/**
 * A time in milliseconds since the event was published. Waits are changed at random by up to a fifth, so that
 * deliveries do not come in waves.
 */
final class Moment
{
    public function __construct(
        /** With the least of that at every wait. */
        public readonly int $earliest,
        /** With none. */
        public readonly int $expected,
        /** With the most. */
        public readonly int $latest,
    ) {
    }

    /**
     * @internal
     * @param array<string, mixed> $wire
     */
    public static function fromWire(array $wire): self
    {
        return new self(
            earliest: $wire['earliest'],
            expected: $wire['expected'],
            latest: $wire['latest'],
        );
    }

    /**
     * @internal
     * @return array<string, mixed>
     */
    public function toWire(): array
    {
        return [
            'earliest' => $this->earliest,
            'expected' => $this->expected,
            'latest' => $this->latest,
        ];
    }
}
