<?php

// Made from wit/webhooks by `cargo xtask php`; edit it there.

declare(strict_types=1);

namespace Hookwright\Deliveries;

/** What one call of `recover` did. */
final class Recovered
{
    public function __construct(
        /** Deliveries that are due now. */
        public readonly int $recovered,
        /**
         * The others, by reason.
         *
         * @var list<\Hookwright\Deliveries\Skipped>
         */
        public readonly array $skipped,
        /**
         * Where the next call begins; none when nothing is left.
         *
         * @var string|null
         */
        public readonly ?string $next = null,
    ) {
    }

    /**
     * @internal
     * @param array<string, mixed> $wire
     */
    public static function fromWire(array $wire): self
    {
        return new self(
            recovered: $wire['recovered'],
            skipped: array_map(static fn ($item) => \Hookwright\Deliveries\Skipped::fromWire($item), array_values($wire['skipped'])),
            next: $wire['next'],
        );
    }

    /**
     * @internal
     * @return array<string, mixed>
     */
    public function toWire(): array
    {
        return [
            'recovered' => $this->recovered,
            'skipped' => array_map(static fn ($item) => $item->toWire(), array_values($this->skipped)),
            'next' => $this->next,
        ];
    }
}
